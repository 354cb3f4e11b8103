import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { createTokenClient } from "./client.ts";
import type { TokenClientOptions, TokenEvent } from "./api.ts";
import { memoryStore } from "./memory-store.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

test("fetch sends the token to a listed origin", async () => {
  const api = await apiThatTakes("access-1");
  const { client } = await loggedIn({ origins: [api.origin] });
  const response = await client.fetch(`${api.origin}/things`, { headers: { "x-own": "1" } });
  assert.equal(response.status, 200);
  assert.deepEqual(api.seen, ["GET Bearer access-1"]);
});

test("a request to another origin is sent without the token, and reported once", async () => {
  const api = await apiThatTakes("access-1");
  const { client, events } = await loggedIn({ origins: ["https://api.example"] });
  for (let call = 0; call < 2; call += 1) assert.equal((await client.fetch(`${api.origin}/`)).status, 401);
  assert.deepEqual(api.seen, ["GET none", "GET none"]);
  assert.deepEqual(
    events.filter(({ type }) => type === "origin_not_listed"),
    [{ type: "origin_not_listed", origin: api.origin }],
  );
});

test("fetch rejects without origins", async () => {
  const { client } = await loggedIn({});
  await assert.rejects(client.fetch("https://api.example/"), { code: "client_config" });
});

test("a redirect to another origin neither carries the token there nor causes a refresh", async () => {
  const elsewhere = await apiThatTakes("access-1");
  const api = await serving((_, response) => response.writeHead(307, { location: elsewhere.origin }).end());
  const { client, posts } = await loggedIn({ origins: [api] });
  assert.equal((await client.fetch(api)).status, 401);
  assert.deepEqual(elsewhere.seen, ["GET none"]);
  assert.equal(posts(), 0);
});

test("a token that the API rejects is replaced, and the request retried once", async () => {
  const api = await apiThatTakes("access-2");
  const { client, posts } = await loggedIn({ origins: [api.origin] });
  const init = { method: "POST", body: new URLSearchParams({ a: "1" }) };
  const responses = await Promise.all(Array.from({ length: 10 }, () => client.fetch(api.origin, init)));
  assert.ok(responses.every(({ status }) => status === 200));
  assert.equal(posts(), 1);
  assert.deepEqual(new Set(api.seen), new Set(["POST Bearer access-1 a=1", "POST Bearer access-2 a=1"]));
});

test("a second rejection is returned to the caller", async () => {
  const api = await apiThatTakes("another");
  const { client, posts } = await loggedIn({ origins: [api.origin] });
  for (let call = 0; call < 5; call += 1) assert.equal((await client.fetch(api.origin)).status, 401);
  assert.equal(posts(), 1);
});

test("a 401 without invalid_token is returned, unless isRejected says otherwise", async () => {
  const api = await apiThatTakes("access-2", 'Basic realm="x"');
  const { client, posts } = await loggedIn({ origins: [api.origin] });
  assert.equal((await client.fetch(api.origin)).status, 401);
  assert.equal(posts(), 0);
  const knowing = await loggedIn({ origins: [api.origin], isRejected: ({ status }) => status === 401 });
  assert.equal((await knowing.client.fetch(api.origin)).status, 200);
});

for (const [how, isRejected] of Object.entries({
  reads: async (response: Response) => (await response.text()) === "refused",
  "clones, and does not end to read,": (response: Response) => response.clone().status === 401,
})) {
  test(`the request is retried even if isRejected ${how} the response`, async () => {
    const api = await apiThatTakes("access-2");
    const { client } = await loggedIn({ origins: [api.origin], isRejected });
    assert.equal((await client.fetch(api.origin)).status, 200);
  });
}

test("a stream is not sent twice; the body of a function is", async () => {
  const api = await apiThatTakes("access-2");
  const { client, posts } = await loggedIn({ origins: [api.origin] });
  const stream = () => new Blob(["streamed"]).stream();
  assert.equal((await client.fetch(api.origin, { method: "PUT", body: stream() })).status, 401);
  const request = new Request(api.origin, { method: "PUT", body: "text" });
  assert.equal((await client.fetch(request)).status, 401);
  assert.equal(posts(), 0);
  assert.equal((await client.fetch(api.origin, { method: "PUT", body: stream })).status, 200);
  assert.deepEqual(api.seen.slice(-2), ["PUT Bearer access-1 streamed", "PUT Bearer access-2 streamed"]);
});

test("without another token the API's response is returned with its body", async () => {
  const api = await apiThatTakes("another");
  const { client } = await loggedIn({ origins: [api.origin] }, 503);
  const response = await client.fetch(api.origin);
  assert.deepEqual([response.status, await response.text()], [401, "refused"]);
});

test("the caller's signal aborts the request", async () => {
  const api = await serving(() => {});
  const { client } = await loggedIn({ origins: [api] });
  const leaving = new AbortController();
  const response = client.fetch(api, { signal: leaving.signal });
  leaving.abort(new Error("gone"));
  await assert.rejects(response, { message: "gone" });
});

test("the middleware does the same around the next function", async () => {
  const { client, posts } = await loggedIn({ origins: ["https://api.example"] });
  const seen: unknown[] = [];
  const response = await client.middleware()(new Request("https://api.example/x"), (request) => {
    const token = request.headers.get("authorization");
    seen.push(token);
    const headers = { "www-authenticate": 'Bearer realm="api", error="invalid_token"' };
    return Promise.resolve(new Response("", token === "Bearer access-2" ? {} : { status: 401, headers }));
  });
  assert.equal(response.status, 200);
  assert.deepEqual(seen, ["Bearer access-1", "Bearer access-2"]);
  assert.equal(posts(), 1);
});

/** A client of a real authorization server that responds to every refresh with the next tokens, or with `status`. */
async function loggedIn(options: Partial<TokenClientOptions>, status = 200) {
  let posts = 0;
  const events: TokenEvent[] = [];
  const server = await serving((_, response) => {
    posts += 1;
    const tokens = { access_token: `access-${posts + 1}`, refresh_token: "r", expires_in: 3600 };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(tokens));
  });
  const client = createTokenClient({
    tokenEndpoint: `${server}/token`,
    clientId: "client",
    key: "session",
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    ...options,
  });
  await client.set({ access_token: "access-1", refresh_token: "r", expires_in: 3600 });
  return { client, events, posts: () => posts };
}

/** An API that accepts one access token, and records the tokens of its requests. */
async function apiThatTakes(token: string, challenge = 'Bearer error="invalid_token"') {
  const seen: string[] = [];
  const origin = await serving((request: IncomingMessage, response) => {
    void respond();

    async function respond(): Promise<void> {
      const body = await text(request);
      const { method = "", headers } = request;
      seen.push([method, headers.authorization ?? "none", body].join(" ").trim());
      if (headers.authorization === `Bearer ${token}`) response.end("taken");
      else response.writeHead(401, { "www-authenticate": challenge }).end("refused");
    }
  });
  return { origin, seen };
}

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
