import { written } from "./example.ts";
import type { Example, FormRequest, Value } from "./example.ts";
import { scriptString } from "./quoting.ts";

/** Programs whose requests the library does not send. */
const WITHOUT_LIBRARY: readonly string[] = ["authorize", "revoke", "introspect"];

export const node: Example = {
  language: "node",
  label: "Node.js (@regrant/client)",
  run: (name) => ({
    file: `${name}.mjs`,
    ...(WITHOUT_LIBRARY.includes(name) ? {} : { install: "npm install @regrant/client" }),
    command: `node ${name}.mjs`,
  }),
  send(request) {
    if (WITHOUT_LIBRARY.includes(request.name)) return post(request);
    if (request.name === "client_credentials") return ownToken(request);
    return request.name === "refresh" ? refresh(request) : exchange(request);
  },
  authorize: ({
    authorizationEndpoint,
    clientId,
    redirectUri,
  }) => `import { hash, randomBytes } from "node:crypto";

const codeVerifier = randomBytes(32).toString("base64url");
const state = randomBytes(16).toString("base64url");
const query = new URLSearchParams({
  response_type: "code",
  client_id: ${nodeValue(clientId)},
  redirect_uri: ${nodeValue(redirectUri)},
  state,
  code_challenge: hash("sha256", codeVerifier, "base64url"),
  code_challenge_method: "S256",
});

console.log(\`CODE_VERIFIER=\${codeVerifier}\`);
console.log(\`STATE=\${state}\`);
console.log(${scriptString(`${authorizationEndpoint}?`)} + query);`,
};

function refresh(request: FormRequest): string {
  return `import { clientSecretPost, createTokenClient } from "@regrant/client";
import { refreshToken } from "@regrant/client/grants";
import { fileStore } from "@regrant/client/node";

${serverOf(request)}
${CLIENT}
const response = await refreshToken({ ...server, refreshToken: ${valueOf(request, "refresh_token")} });
await client.set(response);
console.log(JSON.stringify(response));`;
}

function ownToken(request: FormRequest): string {
  return `import { clientSecretPost } from "@regrant/client";
import { clientCredentials } from "@regrant/client/grants";

${serverOf(request)}

const response = await clientCredentials(server);
console.log(JSON.stringify(response));`;
}

function post({ endpoint, parameters }: FormRequest): string {
  return `const form = new URLSearchParams({
${parameters.map(([name, value]) => `  ${name}: ${nodeValue(value)},\n`).join("")}});

const response = await fetch(${scriptString(endpoint)}, { method: "POST", body: form });
console.log(await response.text());`;
}

/** The library's client goes on with the tokens of a response, wherever it comes from. */
function exchange(request: FormRequest): string {
  const parameters = request.parameters.map(
    ([name, value]) => `    ${name}: ${name === "client_id" ? "server.clientId" : nodeValue(value)},\n`,
  );
  return `import { clientSecretPost, createTokenClient } from "@regrant/client";
import { fileStore } from "@regrant/client/node";

${serverOf(request)}
${CLIENT}
const response = await fetch(server.tokenEndpoint, {
  method: "POST",
  body: new URLSearchParams({
${parameters.join("")}  }),
});
const tokens = await response.json();
if (response.ok) await client.set(tokens);
console.log(JSON.stringify(tokens));`;
}

const CLIENT = `const client = createTokenClient({ ...server, key: "session", store: fileStore({ directory: "./tokens" }) });

// Once. From then on \`await client.getToken()\` returns a valid token, and refreshes it in time.`;

function serverOf(request: FormRequest): string {
  return `const server = {
  tokenEndpoint: ${scriptString(request.endpoint)},
  clientId: ${valueOf(request, "client_id")},
  clientAuth: clientSecretPost(${valueOf(request, "client_secret")}),
};`;
}

function valueOf({ parameters }: FormRequest, name: string): string {
  const found = parameters.find(([parameter]) => parameter === name);
  return found === undefined ? "undefined" : nodeValue(found[1]);
}

function nodeValue(value: Value): string {
  return written(value, scriptString, (variable) => `process.env.${variable}`);
}
