import { written } from "./example.ts";
import type { AuthorizationStart, Example } from "./example.ts";
import { scriptString } from "./quoting.ts";

export const fetch: Example = {
  language: "fetch",
  label: "fetch",
  send: ({ endpoint, parameters }) => `const form = new URLSearchParams({
${parameters.map(([name, value]) => `  ${name}: ${written(value, scriptString, scriptString)},\n`).join("")}});

fetch(${scriptString(endpoint)}, { method: "POST", body: form })
  .then((response) => response.text())
  .then((text) => console.log(text))
  .catch((error) => console.error(error));`,
  authorize: authorizeInPage,
};

/** For a web page, with any library or none. `crypto.subtle` needs https, or a loopback address. */
export function authorizeInPage({
  authorizationEndpoint,
  clientId,
  redirectUri,
}: AuthorizationStart): string {
  return `const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = (length) => encode(crypto.getRandomValues(new Uint8Array(length)));

async function authorize() {
  const codeVerifier = random(32);
  const state = random(16);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  sessionStorage.setItem("code_verifier", codeVerifier);
  sessionStorage.setItem("state", state);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: ${written(clientId, scriptString, scriptString)},
    redirect_uri: ${written(redirectUri, scriptString, scriptString)},
    state,
    code_challenge: encode(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(${scriptString(`${authorizationEndpoint}?`)} + query);
}

authorize();`;
}
