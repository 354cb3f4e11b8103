import { written } from "./example.ts";
import type { AuthorizationStart, Example, FormRequest, Value } from "./example.ts";
import { shellWord } from "./quoting.ts";

export const curl: Example = {
  language: "curl",
  label: "curl",
  run: (name) => ({ file: `${name}.sh`, command: `sh ${name}.sh` }),
  send: ({ endpoint, parameters }: FormRequest) =>
    [`curl ${shellWord(endpoint)}`, ...parameters.map(([name, value]) => `  ${option(name, value)}`)].join(
      " \\\n",
    ),
  authorize: ({
    authorizationEndpoint,
    clientId,
    redirectUri,
  }: AuthorizationStart) => String.raw`base64url() {
  openssl base64 -A | tr '+/' '-_' | tr -d =
}

percent_encode() {
  printf %s "$1" | sed 's/%/%25/g; s/&/%26/g; s/+/%2B/g; s/#/%23/g'
}

code_verifier=$(openssl rand 32 | base64url)
state=$(openssl rand 16 | base64url)
code_challenge=$(printf %s "$code_verifier" | openssl dgst -sha256 -binary | base64url)

echo "CODE_VERIFIER=$code_verifier"
echo "STATE=$state"
printf %s ${shellWord(`${authorizationEndpoint}?response_type=code`)}
printf %s "&client_id=$(percent_encode ${shellValue(clientId)})"
printf %s "&redirect_uri=$(percent_encode ${shellValue(redirectUri)})"
printf %s "&state=$state"
echo "&code_challenge=$code_challenge&code_challenge_method=S256"`,
};

/** A grant type has no character that a form encodes, or a shell changes. */
function option(name: string, value: Value): string {
  if (name === "grant_type" && "text" in value) return `--data grant_type=${value.text}`;
  const pair = written(
    value,
    (text) => shellWord(`${name}=${text}`),
    (variable) => `"${name}=$${variable}"`,
  );
  return `--data-urlencode ${pair}`;
}

function shellValue(value: Value): string {
  return written(value, shellWord, (variable) => `"$${variable}"`);
}
