import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createTokenClient, isTokenError, memoryStore, SessionEndedError } from "@regrant/client";
import type { TokenClient } from "@regrant/client";
import { authorizedFetch, fetchMiddleware } from "@regrant/client/fetch";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import { listen } from "../test/listen.ts";
import * as axios from "./client-axios.ts";
import { graphqlFetch } from "./client-graphql.ts";
import * as ky from "./client-ky.ts";
import * as openapi from "./client-openapi-fetch.ts";

/** Sends an order through a library. @returns what the API answered */
type Order = (client: TokenClient, api: string) => Promise<unknown>;

const ORDER = { item: "tea" };

const LIBRARIES: Record<string, Order> = {
  axios: async (client, api) => (await axios.createApi(client, api).post("/orders", ORDER)).data as unknown,
  ky: (client, api) => ky.createApi(client, api).post("orders", { json: ORDER }).json(),
  "openapi-fetch": async (client, api) =>
    (await openapi.createApi(client, api).POST("/orders", { body: ORDER })).data,
  "openapi-fetch with a middleware": async (client, api) => {
    const authorized = fetchMiddleware(client, { origins: [api] });
    const library = openapi.createApi(client, api);
    library.use({ onRequest: ({ request }) => authorized(request, fetch) });
    return (await library.POST("/orders", { body: ORDER })).data;
  },
};

for (const [name, order] of Object.entries(LIBRARIES)) {
  test(`${name}: ten concurrent POSTs that are refused cause one refresh, and all arrive`, async (t) => {
    const { server, client } = await signedIn(t);
    const { api, requests } = await startApi(t, server);
    server.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 10 }, () => order(client, api)));
    for (const answer of answers) assert.deepEqual(answer, { received: ORDER });
    assert.equal(server.refreshes.length, 1);
    assert.equal(requests.length, 20);
  });

  test(`${name}: without a session the call rejects with SessionEndedError, and nothing is sent`, async (t) => {
    const { server, client } = await signedIn(t);
    const { api, requests } = await startApi(t, server);
    await client.clear();
    await assert.rejects(order(client, api), (error) => isTokenError(error, "session_ended"));
    assert.deepEqual(requests, []);
  });
}

test("axios: a session that turns out to be over at a refusal rejects with SessionEndedError", async (t) => {
  const { server, client, login } = await signedIn(t);
  const { api, requests } = await startApi(t, server);
  // Another program has spent the refresh token.
  const other = clientOf(server);
  await other.set(login);
  await other.getToken({ mode: "force" });
  server.expireAccessTokens();
  await assert.rejects(axios.createApi(client, api).post("/orders", ORDER), SessionEndedError);
  assert.equal(requests.length, 1);
});

test("axios: an absolute URL does not take the token to another host", async (t) => {
  const { server, client } = await signedIn(t);
  const { api } = await startApi(t, server);
  const other = await startApi(t, server);
  await assert.rejects(axios.createApi(client, api).get(`${other.api}/orders`));
  assert.deepEqual(other.requests, []);
});

test("axios: any other status is the caller's, and causes no refresh", async (t) => {
  const { server, client } = await signedIn(t);
  const { api } = await startApi(t, server);
  const answer = await axios.createApi(client, api).get("/missing", { validateStatus: null });
  assert.equal(answer.status, 404);
  await assert.rejects(axios.createApi(client, api).get("/missing"), { status: 404 });
  assert.equal(server.refreshes.length, 0);
});

test("GraphQL: UNAUTHENTICATED with status 200 renews the token, another error does not", async (t) => {
  const { server, client } = await signedIn(t);
  const { api, requests } = await startApi(t, server);
  const send = graphqlFetch(client, `${api}/graphql`);
  const ask = async (query: string): Promise<unknown> => {
    const init = { method: "POST", body: JSON.stringify({ query }) };
    return (await send(`${api}/graphql`, init)).json();
  };
  assert.deepEqual(await ask("{ orders }"), { data: { query: "{ orders }" } });
  server.expireAccessTokens();
  assert.deepEqual(await ask("{ orders }"), { data: { query: "{ orders }" } });
  assert.equal(server.refreshes.length, 1);
  assert.equal(requests.length, 3);
  assert.deepEqual(await ask("{ nope }"), { errors: [{ message: "nope", extensions: { code: "NOPE" } }] });
  assert.equal(server.refreshes.length, 1);
});

for (const status of [403, 419]) {
  test(`an API that refuses a token with ${status} gets a new one`, async (t) => {
    const { server, client } = await signedIn(t);
    const { api } = await startApi(t, server, status);
    const isRejected = (response: Response) => [401, 403, 419].includes(response.status);
    const apiFetch = authorizedFetch(client, { origins: [api], isRejected });
    server.expireAccessTokens();
    const answer = await apiFetch(`${api}/orders`, { method: "POST", body: JSON.stringify(ORDER) });
    assert.deepEqual([answer.status, await answer.json()], [201, { received: ORDER }]);
    assert.equal(server.refreshes.length, 1);
  });
}

function clientOf({ tokenEndpoint }: HostileServer): TokenClient {
  return createTokenClient({ tokenEndpoint, clientId: "orders", key: "orders", store: memoryStore() });
}

async function signedIn(t: TestContext) {
  const server = await hostileServer();
  t.after(() => server.close());
  const client = clientOf(server);
  const login = server.login();
  await client.set(login);
  return { server, client, login };
}

/** An API that takes the server's tokens, and refuses others with `refusal`. `requests` are the tokens that it got. */
async function startApi(t: TestContext, { resource }: HostileServer, refusal = 401) {
  const requests: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { authorization = "" } = request.headers;
    requests.push(authorization);
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
    const { ok } = await fetch(resource, { headers: { authorization } });
    const [status, body] = request.url === "/graphql" ? graphql(ok, text) : orders(ok, request.url, text);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const orders = (isValid: boolean, path: string | undefined, text: string): [number, unknown] => {
    if (path !== "/orders") return [404, {}];
    return isValid ? [201, { received: JSON.parse(text) as unknown }] : [refusal, {}];
  };
  return { api: await listen(t, (request, response) => void answer(request, response)), requests };
}

/** As GraphQL servers do: every answer has status 200. */
function graphql(isValid: boolean, text: string): [number, unknown] {
  const { query } = JSON.parse(text) as { query: string };
  const failure = (code: string) => ({ errors: [{ message: code.toLowerCase(), extensions: { code } }] });
  if (!isValid) return [200, failure("UNAUTHENTICATED")];
  return [200, query.includes("nope") ? failure("NOPE") : { data: { query } }];
}
