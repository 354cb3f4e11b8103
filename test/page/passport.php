<?php
// What Laravel Passport does with a presented refresh token, with PHP's own functions: decrypts it with APP_KEY
// (defuse/php-encryption, version 2, by password), and looks for its rows. JSON comes in and goes out.
declare(strict_types=1);

const ROUNDS = 100000;

function decrypted(string $token, string $password): string
{
    $bytes = hex2bin($token);
    if (substr($bytes, 0, 4) !== hex2bin('def50200')) {
        throw new RuntimeException('not a ciphertext of version 2');
    }
    $salt = substr($bytes, 4, 32);
    $secret = hash_pbkdf2('sha256', hash('sha256', $password, true), $salt, ROUNDS, 32, true);
    $authentication = hash_hkdf('sha256', $secret, 32, 'DefusePHP|V2|KeyForAuthentication', $salt);
    $encryption = hash_hkdf('sha256', $secret, 32, 'DefusePHP|V2|KeyForEncryption', $salt);
    $mac = hash_hmac('sha256', substr($bytes, 0, -32), $authentication, true);
    if (!hash_equals($mac, substr($bytes, -32))) {
        throw new RuntimeException('the MAC does not fit');
    }
    return openssl_decrypt(substr($bytes, 52, -32), 'aes-256-ctr', $encryption, OPENSSL_RAW_DATA, substr($bytes, 36, 16));
}

function row(PDO $laravel, string $table, string $id): ?array
{
    $found = $laravel->prepare("SELECT * FROM $table WHERE id = ?");
    $found->execute([$id]);
    return $found->fetch(PDO::FETCH_ASSOC) ?: null;
}

$asked = json_decode(stream_get_contents(STDIN), true, 16, JSON_THROW_ON_ERROR);
$payload = json_decode(decrypted($asked['token'], base64_decode($asked['key'])), true, 16, JSON_THROW_ON_ERROR);
$laravel = new PDO($asked['dsn'], $asked['user'], $asked['password'], [PDO::ATTR_STRINGIFY_FETCHES => true]);
echo json_encode([
    'payload' => $payload,
    'refresh_token' => row($laravel, 'oauth_refresh_tokens', $payload['refresh_token_id']),
    'access_token' => row($laravel, 'oauth_access_tokens', $payload['access_token_id']),
], JSON_THROW_ON_ERROR);
