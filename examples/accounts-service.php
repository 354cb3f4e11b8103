<?php
// A provider's own service that tells Regrant whose password it is, in plain PHP 8. Run it:
//   ACCOUNTS_SECRET=whsec_… USERS_FILE=users.json php -S 127.0.0.1:3001 examples/accounts-service.php
// users.json: {"ada": {"id": "1", "name": "Ada", "password_hash": "what password_hash() returned"}}
declare(strict_types=1);

const TOLERANCE = 300; // s

function is_genuine(string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', (string) getenv('ACCOUNTS_SECRET')), true);
    if ($key === false || $key === '') {
        throw new RuntimeException('ACCOUNTS_SECRET is missing or malformed');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    $signed = false;
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $given) {
        $signed = hash_equals($expected, $given) || $signed;
    }
    return $signed && is_new($id);
}

/** Each id once. A table with a unique column does the same for several servers. */
function is_new(string $id): bool
{
    $seen = @fopen(sys_get_temp_dir() . '/regrant-' . hash('sha256', $id), 'x');
    return $seen !== false;
}

function find_user(string $username): ?array
{
    $users = json_decode((string) file_get_contents((string) getenv('USERS_FILE')), true, 8, JSON_THROW_ON_ERROR);
    return $users[$username] ?? null;
}

$body = (string) file_get_contents('php://input', false, null, 0, 16 * 1024);
if (!is_genuine($body)) {
    http_response_code(401);
    exit;
}
['username' => $username, 'password' => $password] = json_decode($body, true, 8, JSON_THROW_ON_ERROR);
$user = find_user($username);
// An unknown username takes as long as a wrong password.
$hash = $user['password_hash'] ?? '$2y$12$' . str_repeat('.', 53);
$matches = password_verify($password, $hash);
header('Content-Type: application/json');
echo json_encode($user !== null && $matches
    ? ['outcome' => 'accepted', 'subject' => (string) $user['id'], 'claims' => ['name' => $user['name']]]
    : ['outcome' => 'refused']);
