import { aligned, written } from "./example.ts";
import type { Example, FormRequest, Value } from "./example.ts";
import { phpString } from "./quoting.ts";

/** `curl_close` is left out: it has had no effect since PHP 8.0, and prints a notice from PHP 8.5 on. */
export const php: Example = {
  language: "php",
  label: "PHP (cURL)",
  run: (name) => ({ file: `${name}.php`, command: `php ${name}.php` }),
  send: ({ endpoint, parameters }) => `<?php

$curl = curl_init();

curl_setopt_array($curl, array(
  CURLOPT_URL => ${phpString(endpoint)},
  CURLOPT_RETURNTRANSFER => true,
  CURLOPT_ENCODING => "",
  CURLOPT_MAXREDIRS => 10,
  CURLOPT_TIMEOUT => 0,
  CURLOPT_FOLLOWLOCATION => false,
  CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
  CURLOPT_CUSTOMREQUEST => "POST",
  CURLOPT_POSTFIELDS => http_build_query(array(
${entries(parameters, "    ")}  )),
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
  authorize: ({ authorizationEndpoint, clientId, redirectUri }) => `<?php

function encode($bytes) {
  return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

$code_verifier = encode(random_bytes(32));
$state = encode(random_bytes(16));

echo "CODE_VERIFIER=$code_verifier\\n";
echo "STATE=$state\\n";
echo ${phpString(`${authorizationEndpoint}?`)} . http_build_query(array(
  'response_type'         => 'code',
  'client_id'             => ${phpValue(clientId)},
  'redirect_uri'          => ${phpValue(redirectUri)},
  'state'                 => $state,
  'code_challenge'        => encode(hash('sha256', $code_verifier, true)),
  'code_challenge_method' => 'S256',
)) . "\\n";`,
};

/** The elements of an array, one a line, with their arrows below each other. */
function entries(parameters: FormRequest["parameters"], indent: string): string {
  const key = aligned(parameters.map(([name]) => phpString(name)));
  return parameters
    .map(([name, value]) => `${indent}${key(phpString(name))} => ${phpValue(value)},\n`)
    .join("");
}

function phpValue(value: Value): string {
  return written(value, phpString, (env) => `getenv(${phpString(env)})`);
}
