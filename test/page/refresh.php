<?php

// A provider's customer: gets tokens, keeps them fresh and gives them back, with PHP's cURL and nothing else.
// Reads {"origin", "client": {…}, "account": {…}} from standard input and prints each answer as a line of JSON.

declare(strict_types=1);

$given = json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);

/** Sends a form as the provider's documentation shows it. */
function send(string $step, string $url, array $fields): array
{
    $headers = [];
    $request = curl_init($url);
    curl_setopt_array($request, [
        CURLOPT_CUSTOMREQUEST => 'POST',
        CURLOPT_POSTFIELDS => http_build_query($fields),
        CURLOPT_HTTPHEADER => ['Content-Type: application/x-www-form-urlencoded', 'X-Requested-With: XMLHttpRequest'],
        CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
        // Every encoding that this cURL can undo.
        CURLOPT_ENCODING => '',
        CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_MAXREDIRS => 10,
        // Without end: the test's own limit ends the script.
        CURLOPT_TIMEOUT => 0,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HEADERFUNCTION => function ($request, string $line) use (&$headers): int {
            [$name, $value] = explode(':', $line, 2) + [1 => null];
            if ($value !== null) {
                $headers[strtolower($name)] = trim($value);
            }
            return strlen($line);
        },
    ]);
    $text = curl_exec($request);
    if ($text === false) {
        throw new RuntimeException("$step: " . curl_error($request));
    }
    $status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
    $body = json_decode($text, true, flags: JSON_THROW_ON_ERROR);
    // The text too: an empty object and an empty list look the same once PHP has read them.
    echo json_encode(compact('step', 'status', 'headers', 'text')), "\n";
    return $body;
}

$token = $given['origin'] . '/oauth/token';
$refresh = fn (string $step, string $refreshToken): array => send($step, $token, [
    'grant_type' => 'refresh_token',
    ...$given['client'],
    'refresh_token' => $refreshToken,
]);

$tokens = [send('first', $token, ['grant_type' => 'password', ...$given['client'], ...$given['account']])];
for ($i = 1; $i <= 3; $i++) {
    // Always with the newest one.
    $tokens[] = $refresh("refresh $i", end($tokens)['refresh_token']);
}
$refresh('retry', $tokens[2]['refresh_token']);
send('revoke', $given['origin'] . '/oauth/revoke', [...$given['client'], 'token' => end($tokens)['refresh_token']]);
$refresh('after', end($tokens)['refresh_token']);
