import type { Example } from "./example.ts";
import { phpString } from "./quoting.ts";

/** `curl_close` is left out: it has had no effect since PHP 8.0, and prints a notice from PHP 8.5 on. */
export const php: Example = {
  language: "php",
  label: "PHP (cURL)",
  refresh: ({ tokenEndpoint, clientId }) => `<?php

$curl = curl_init();

curl_setopt_array($curl, array(
  CURLOPT_URL => ${phpString(tokenEndpoint)},
  CURLOPT_RETURNTRANSFER => true,
  CURLOPT_ENCODING => "",
  CURLOPT_MAXREDIRS => 10,
  CURLOPT_TIMEOUT => 0,
  CURLOPT_FOLLOWLOCATION => false,
  CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
  CURLOPT_CUSTOMREQUEST => "POST",
  CURLOPT_POSTFIELDS => http_build_query(array(
    'grant_type'    => 'refresh_token',
    'client_id'     => ${clientId === undefined ? "getenv('CLIENT_ID')" : phpString(clientId)},
    'client_secret' => getenv('CLIENT_SECRET'),
    'refresh_token' => getenv('REFRESH_TOKEN'),
  )),
  CURLOPT_HTTPHEADER => array(
    "Content-Type: application/x-www-form-urlencoded",
    "X-Requested-With: XMLHttpRequest"
  ),
));

$response = curl_exec($curl);
$err = curl_error($curl);

if ($err) {
  echo "cURL Error #:" . $err;
} else {
  echo $response;
}`,
};
