import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CliError } from "../cli-error.ts";
import { discover } from "./discover.ts";

type Answer = RequestListener;

let server: Server;
let issuer = "";
let answers: Readonly<Record<string, Answer>> = {};
before(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const FIRST = "/.well-known/oauth-authorization-server/tenant";
const MOUNTED = "/tenant/.well-known/oauth-authorization-server";
const OPENID = "/tenant/.well-known/openid-configuration";

const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end("<!doctype html>");
const json =
  (document: () => object): Answer =>
  (_request, response) =>
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(document()));
const metadata = json(() => ({ issuer, token_endpoint: `${issuer}/token`, revocation_endpoint: null }));

const FIRST_ANSWERS: Record<string, Answer> = {
  "500": status(500),
  "503": status(503),
  "429": status(429),
  "401": status(401),
  "a page": status(200),
  "a redirect": (_request, response) => response.writeHead(302, { Location: "/login" }).end(),
  "a connection that is cut": (request) => request.socket.destroy(),
  "metadata of another issuer": json(() => ({ issuer: "https://other.example" })),
  "metadata without a token endpoint": json(() => ({ issuer })),
};

for (const [what, answer] of Object.entries(FIRST_ANSWERS)) {
  test(`${what} at the first place of the metadata: it is found at another`, async () => {
    for (const place of [MOUNTED, OPENID]) {
      answers = { [FIRST]: answer, [place]: metadata };
      assert.deepEqual(await discover(issuer), {
        issuer,
        tokenEndpoint: `${issuer}/token`,
        revocationEndpoint: undefined,
        authMethods: undefined,
        dpopAlgorithms: undefined,
      });
    }
  });
}

test("a place that is unavailable, and no other has it: try again (75); nothing anywhere: 2", async () => {
  const failure = (wanted: Readonly<Record<string, Answer>>) => {
    answers = wanted;
    return discover(issuer).catch((error: unknown) => error);
  };
  for (const [first, code, message] of [
    [status(500), 75, /oauth-authorization-server\/tenant returned 500$/],
    [(request) => request.socket.destroy(), 75, /did not respond: connection closed$/],
    [status(200), 2, /has no authorization server metadata \(RFC 8414\)$/],
    [json(() => ({ issuer: "https://o.example" })), 2, /issuer mismatch: .* names https:\/\/o\.example$/],
  ] as [Answer, number, RegExp][]) {
    const error = await failure({ [FIRST]: first });
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, code);
    assert.match(error.message, message);
  }
});

test("endpoints are normalised: what they contain cannot reach the terminal", async () => {
  answers = { [FIRST]: json(() => ({ issuer, token_endpoint: `${issuer}/to\u001B]0;x\u0007\u202Eken` })) };
  const { tokenEndpoint } = await discover(issuer);
  assert.equal(tokenEndpoint, `${issuer}/to%1B]0;x%07%E2%80%AEken`);
});
