import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { harness, successor } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

function withMembers(error: Error, members: object): Error {
  return Object.assign(error, members);
}

/** What Node's `fetch` throws. */
function fetchFailed(cause: object): Error {
  return new TypeError("fetch failed", { cause: withMembers(new Error("x"), cause) });
}

const attempt = (code: string) => withMembers(new Error(code), { code, syscall: "connect" });

/** Failures before a connection was made. */
const UNSENT: Record<string, unknown> = {
  "no such host": fetchFailed({ code: "ENOTFOUND", syscall: "getaddrinfo" }),
  "no name server": fetchFailed({ code: "EAI_AGAIN", syscall: "getaddrinfo" }),
  "a refused connection": fetchFailed({ code: "ECONNREFUSED", syscall: "connect" }),
  "a port that fetch does not use": fetchFailed({ message: "bad port" }),
  "no route": fetchFailed({ code: "EHOSTUNREACH", syscall: "connect" }),
  "no network": fetchFailed({ code: "ENETUNREACH", syscall: "connect" }),
  "a connection that timed out": fetchFailed({ code: "ETIMEDOUT", syscall: "connect" }),
  "undici's limit": fetchFailed({ code: "UND_ERR_CONNECT_TIMEOUT" }),
  "several addresses": new TypeError("fetch failed", {
    cause: withMembers(new AggregateError([attempt("ETIMEDOUT"), attempt("ENETUNREACH")]), {
      code: "ETIMEDOUT",
    }),
  }),
  "several addresses that refuse": new TypeError("fetch failed", {
    cause: withMembers(new AggregateError([attempt("ECONNREFUSED")]), { code: "ECONNREFUSED" }),
  }),
  "an expired certificate": fetchFailed({ code: "CERT_HAS_EXPIRED" }),
  "a self-signed certificate": fetchFailed({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
  "another host's certificate": fetchFailed({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
  "an unknown issuer": fetchFailed({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
  "plain http": fetchFailed({ code: "ERR_SSL_WRONG_VERSION_NUMBER" }),
  "an old TLS": fetchFailed({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" }),
  "no TLS in common": fetchFailed({ code: "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE" }),
  "an invalid URL": fetchFailed({ code: "ERR_INVALID_URL" }),
  "node-fetch": withMembers(new Error("request to … failed"), { type: "system", code: "ECONNREFUSED" }),
  Bun: withMembers(new Error("Unable to connect."), { code: "ConnectionRefused" }),
  Deno: new TypeError(
    "error sending request for url (https://as.example/): client error (Connect): dns error",
  ),
  "a build of Next.js": withMembers(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" }),
};

/** Failures after which the server may have the request. */
const LOST: Record<string, unknown> = {
  "a reset": fetchFailed({ code: "ECONNRESET", syscall: "read" }),
  "a broken pipe": fetchFailed({ code: "EPIPE", syscall: "write" }),
  "no route any more": fetchFailed({ code: "EHOSTUNREACH", syscall: "read" }),
  "a socket that was closed": fetchFailed({ code: "UND_ERR_SOCKET" }),
  "no headers in time": fetchFailed({ code: "UND_ERR_HEADERS_TIMEOUT" }),
  "a broken record of TLS": fetchFailed({ code: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC" }),
  "a page's failure": new TypeError("Failed to fetch"),
  "Bun's closed connection": withMembers(new Error("closed"), { code: "ConnectionClosed" }),
  "Deno's other errors": new TypeError(
    "error sending request for url: connection closed before message completed",
  ),
  "a limit": new DOMException("late", "TimeoutError"),
  "an empty AggregateError": new TypeError("fetch failed", { cause: new AggregateError([]) }),
  nothing: undefined,
  "a text": "ECONNREFUSED",
};

for (const [name, error] of Object.entries(UNSENT)) {
  test(`a connection that was never made is no lost response: ${name}`, async () => {
    const { client, time, record, events, posts } = await harness((_, n) =>
      n <= 2 ? Promise.reject(error) : Response.json({ error: "invalid_grant" }, { status: 400 }),
    );
    await time.pass(HOUR);
    await assert.rejects(time.during(client.getToken()), {
      code: "token_unavailable",
      description: undefined,
    });
    const { unanswered, intent, cooldown } = (await record()) ?? {};
    assert.deepEqual([unanswered, intent, cooldown?.failures], [undefined, undefined, posts.length]);
    assert.ok(((await client.status()).retryAt ?? 0) > time.at);
    assert.ok(!events.some(({ type }) => type === "outcome_unknown"));
    await time.pass(5 * SECOND);
    await assert.rejects(client.getToken(), { code: "session_ended", reason: "rejected" });
  });
}

for (const [name, error] of Object.entries(LOST)) {
  test(`a response may be lost: ${name}`, async () => {
    const { client, time, record } = await harness(() => Promise.reject(error));
    await time.pass(HOUR);
    await assert.rejects(client.getToken(), { code: "token_unavailable" });
    assert.ok((await record())?.unanswered);
  });
}

test("a page that is offline sends nothing", async (t) => {
  t.mock.getter(globalThis, "navigator", () => ({ onLine: false }));
  const { client, time, record } = await harness(() => Promise.reject(new TypeError("Failed to fetch")));
  await time.pass(HOUR);
  await assert.rejects(time.during(client.getToken()), { code: "token_unavailable" });
  assert.equal((await record())?.unanswered, undefined);
});

test("Node's own errors: a server without TLS, and a port without a server", async () => {
  const server = createServer((socket) =>
    socket
      .on("error", () => {})
      .resume()
      .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const failure = () =>
    fetch(`https://127.0.0.1:${port}/`, { method: "POST" }).catch((error: unknown) => error);
  const failures = [await failure()];
  await new Promise((resolve) => server.close(resolve));
  failures.push(await failure());
  for (const error of failures) {
    const { client, time, record } = await harness(() => Promise.reject(error));
    await time.pass(HOUR);
    await assert.rejects(time.during(client.getToken()), { code: "token_unavailable" });
    assert.equal((await record())?.unanswered, undefined);
  }
});

test("the token request is not cached, where the platform knows the option", async (t) => {
  const inits: (RequestInit | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    inits.push(init);
    return successor(inits.length);
  };
  const { client, another } = await harness(undefined, { fetch });
  await client.getToken({ mode: "force" });
  const { Request } = globalThis;
  t.after(() => Object.assign(globalThis, { Request }));
  for (const other of [function OldRequest() {}, undefined]) {
    Object.assign(globalThis, { Request: other });
    await another().getToken({ mode: "force" });
  }
  const caches = inits.map((init) => init && ("cache" in init ? init.cache : "none"));
  assert.deepEqual(caches, ["no-store", "none", "none"]);
});
