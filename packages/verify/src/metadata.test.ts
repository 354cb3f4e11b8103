import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { AuthorizationServer, ISSUER, outcome, refused } from "./testing.ts";

const FIRST = "https://auth.example/.well-known/oauth-authorization-server/tenant";
const OTHERS = [
  "https://auth.example/tenant/.well-known/oauth-authorization-server",
  "https://auth.example/tenant/.well-known/openid-configuration",
  "https://auth.example/.well-known/openid-configuration/tenant",
];
const JWKS = `${ISSUER}/jwks`;
const HOUR = 3_600_000;

type Answer = () => Response | Promise<Response>;

/** What a server may answer at the first place that is not its metadata. */
const ANSWERS: Record<string, Answer> = {
  "a connection that is cut": () => Promise.reject(new TypeError("fetch failed")),
  "a page": () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
  "401": () => new Response("no", { status: 401 }),
  "404": () => new Response("no", { status: 404 }),
  "500": () => new Response("no", { status: 500 }),
  "a redirect": () => Response.redirect("https://auth.example/login"),
  "the opaque redirect of a browser": () =>
    ({ type: "opaqueredirect", status: 0, ok: false, body: null, text: async () => "" }) as Response,
  "another issuer": () => Response.json({ issuer: "https://evil.example", jwks_uri: JWKS }),
  "metadata without keys": () => Response.json({ issuer: ISSUER, jwks_uri: null }),
  "keys over http": () => Response.json({ issuer: ISSUER, jwks_uri: "http://auth.example/jwks" }),
  "JSON that is cut": () => new Response('{"issuer":'),
};

/** A server with its metadata at the given place, and these answers elsewhere. */
async function serving(place: string, answers: Record<string, Answer>, issuer = ISSUER) {
  const server = await AuthorizationServer.start();
  server.respond = (url) => {
    if (url === JWKS) return Response.json({ keys: server.keys.map(({ jwk }) => jwk) });
    if (url === place) return Response.json({ issuer, jwks_uri: JWKS });
    return answers[url]?.() ?? new Response(null, { status: 404 });
  };
  return server;
}

for (const [what, answer] of Object.entries(ANSWERS)) {
  test(`${what} at the first place of the metadata: it is found at each other`, async () => {
    for (const place of OTHERS) {
      const server = await serving(place, { [FIRST]: answer });
      assert.equal(await outcome(server.verifier(), await server.token()), "accepted", place);
      assert.deepEqual(server.errors, []);
    }
  });
}

test("without metadata anywhere, the error says what each place answered", async () => {
  const server = await serving("", { [FIRST]: () => new Response(null, { status: 503 }) });
  assert.equal((await refused(server.verifier(), await server.token())).cause, "keys_unavailable");
  const [error] = server.errors as Error[];
  assert.match(error?.message ?? "", /metadata of https:\/\/auth\.example\/tenant was not found/);
  for (const place of [`${FIRST} returned 503`, ...OTHERS.map((url) => `${url} returned 404`)]) {
    assert.ok(error?.message.includes(place), place);
  }
});

test("a slash at the issuer's end makes no difference to the metadata; tokens have it as the metadata does", async () => {
  const slash = `${ISSUER}/`;
  for (const [configured, named] of [
    [ISSUER, slash],
    [slash, ISSUER],
    [slash, slash],
  ] as const) {
    const server = await serving(FIRST, {}, named);
    const verifier = server.verifier({ issuer: configured });
    assert.equal(await outcome(verifier, await server.token({ iss: named })), "accepted");
    const other = named === slash ? ISSUER : slash;
    assert.equal(await outcome(verifier, await server.token({ iss: other })), "wrong_issuer");
  }
  const server = await serving(FIRST, {});
  const verifier = server.verifier({ issuer: slash, jwksUri: JWKS });
  assert.equal(await outcome(verifier, await server.token({ iss: ISSUER })), "wrong_issuer");
  assert.equal(await outcome(verifier, await server.token({ iss: slash })), "accepted", "without metadata");
});

test("keys that moved are found within an hour, and an outage of the metadata meanwhile costs nothing", async (t) => {
  const server = await serving(FIRST, {});
  const clock = monotonicClock(t);
  const verifier = server.verifier();
  const token = await server.token({ exp: server.now / 1000 + 86_400 });
  assert.equal(await outcome(verifier, token), "accepted");
  const pass = async (ms: number) => {
    clock.at += ms;
    server.now += ms;
    await verifier.ready();
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const serve = server.respond;
  server.respond = (url, init) =>
    url === JWKS ? (serve?.(url, init) ?? Response.error()) : new Response("down", { status: 503 });
  await pass(HOUR);
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(server.errors.length, 0, "the last URL is used");
  server.respond = (url) =>
    url === FIRST
      ? Response.json({ issuer: ISSUER, jwks_uri: "https://keys.example/" })
      : url === "https://keys.example/"
        ? Response.json({ keys: server.keys.map(({ jwk }) => jwk) })
        : new Response(null, { status: 404 });
  await pass(HOUR);
  assert.equal(server.requests.at(-1), "/");
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(server.errors.length, 0);
});

test("`fetch` is called as a function, follows no redirect, and is the platform's of that moment", async (t) => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier({ fetch: undefined as never });
  const redirects: unknown[] = [];
  t.mock.method(globalThis, "fetch", async function (this: unknown, url: string, init?: RequestInit) {
    assert.ok(this === undefined || this === globalThis, "Illegal invocation");
    redirects.push(init?.redirect);
    return server.fetch(url, init);
  });
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  assert.deepEqual(redirects, ["manual", "manual"]);
});

test("a `fetch` without web streams will do", async () => {
  const server = await AuthorizationServer.start();
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const response = await server.fetch(url, init);
    const { status, headers } = response;
    return { status, headers, type: "default", text: () => response.text() } as unknown as Response;
  };
  assert.equal(await outcome(server.verifier({ fetch }), await server.token()), "accepted");
});

/** The monotonic clock, which passes as `at` says. */
function monotonicClock(t: TestContext): { at: number } {
  const clock = { at: 0 };
  t.mock.method(performance, "now", () => clock.at);
  return clock;
}
