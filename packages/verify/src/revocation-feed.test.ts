import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { RevocationOptions } from "./options.ts";
import {
  AuthorizationServer,
  CLAIMS,
  clearRealTimeout,
  outcome,
  realTimeout,
  requestTime,
} from "./testing.ts";
import type { Verifier } from "./verifier.ts";

const GRANT = CLAIMS.rfc9068.gid;
const OTHER = "019b7600-0000-7000-8000-000000000002";
/** How long a request may take to arrive, and a verdict to change, ms. */
const PATIENCE = 30_000;

interface FeedRequest {
  cursor: string | null;
  wait: string | null;
  authorization: string | null;
  /** Responds with these entries and the next cursor. */
  respond: (revoked: unknown[], more?: boolean) => void;
  fail: (status?: number) => void;
}

/** A feed whose requests wait until the test responds. */
class Feed {
  readonly server: AuthorizationServer;
  readonly #pending: FeedRequest[] = [];
  readonly #waiting: ((request: FeedRequest) => void)[] = [];
  #cursor = 0;

  constructor(server: AuthorizationServer) {
    this.server = server;
    server.feed = (_url, init) => this.#handle(init);
  }

  /** The next request. */
  next(): Promise<FeedRequest> {
    const waiting = this.#pending.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    return new Promise((resolve, reject) => {
      const timer = realTimeout(() => reject(new Error("no request arrived")), PATIENCE);
      this.#waiting.push((request) => {
        clearRealTimeout(timer);
        resolve(request);
      });
    });
  }

  async #handle(init: RequestInit | undefined): Promise<Response> {
    const form = new URLSearchParams(init?.body as string);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    const request: FeedRequest = {
      cursor: form.get("cursor"),
      wait: form.get("wait"),
      authorization: new Headers(init?.headers).get("authorization"),
      respond: (revoked, more = false) => {
        this.#cursor += 1;
        resolve(Response.json({ cursor: `c${this.#cursor}`, more, access_ttl: 3600, revoked }));
      },
      fail: (status = 503) => resolve(new Response("down", { status })),
    };
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#pending.push(request);
    else taker(request);
    return promise;
  }
}

async function following(t: TestContext, options: Partial<RevocationOptions> = {}) {
  const server = await AuthorizationServer.start();
  const feed = new Feed(server);
  const revocations = { clientId: "resource server", clientSecret: "s:e cret", ...options };
  const verifier = server.verifier({ revocations });
  t.after(() => verifier.close());
  return { server, feed, verifier, token: await server.token() };
}

/** Waits until the token's outcome is as expected. */
async function becomes(verifier: Verifier, token: string, expected: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while ((await outcome(verifier, token)) !== expected) {
    assert.ok(Date.now() < deadline, `it does not become ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("the first token waits until all earlier revocations are loaded, page by page", async (t) => {
  const { feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  const one = await feed.next();
  assert.deepEqual([one.cursor, one.wait], [null, "0"]);
  assert.equal(one.authorization, `Basic ${btoa("resource+server:s%3Ae+cret")}`);
  one.respond([{ gid: OTHER, at: 1 }], true);
  const two = await feed.next();
  assert.deepEqual([two.cursor, two.wait], ["c1", "0"]);
  two.respond([{ gid: GRANT, at: 1_799_999_999 }]);
  assert.equal(await first, "revoked");
});

test("a feed that never ends is reported, and requests do not wait for it", async (t) => {
  const { server, verifier, token } = await following(t);
  let requests = 0;
  server.feed = () => {
    requests += 1;
    return Response.json({ cursor: "c1", more: true, access_ttl: 3600, revoked: [{ gid: OTHER, at: 1 }] });
  };
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(requests, 2);
  assert.match(String(server.errors[0]), /does not end/);
});

test("afterwards a long poll waits for entries, which apply at once", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).respond([]);
  assert.equal(await first, "accepted");
  const waiting = await feed.next();
  assert.deepEqual([waiting.cursor, waiting.wait], ["c1", "10"]);
  assert.equal(await outcome(verifier, token), "accepted", "no request waits for it");
  waiting.respond([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
  assert.equal((await feed.next()).cursor, "c2");
  assert.deepEqual(server.errors, []);
});

test("an outage is reported once; by default tokens are accepted, unless they were revoked before", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const revoked = await server.token({ gid: OTHER });
  const first = outcome(verifier, revoked);
  (await feed.next()).respond([{ gid: OTHER, at: server.now / 1000 }]);
  assert.equal(await first, "revoked");
  for (let failures = 0; failures < 3; failures += 1) (await feed.next()).fail();
  server.now += 3_000_000;
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(await outcome(verifier, revoked), "revoked");
  assert.equal(server.errors.length, 1);
  const again = await feed.next();
  assert.equal(again.cursor, "c1", "it continues at its cursor");
  again.respond([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
});

test("with `refuse`, stale revocations are a 503 until the feed is reachable", async (t) => {
  const { server, feed, verifier, token } = await following(t, { whenStale: "refuse", maxAge: 30 });
  const first = outcome(verifier, token);
  (await feed.next()).fail();
  assert.equal(await first, "revocations_unavailable");
  (await feed.next()).respond([]);
  await becomes(verifier, token, "accepted");
  server.now += 30_000;
  assert.equal(await outcome(verifier, token), "accepted");
  server.now += 1;
  assert.equal(await outcome(verifier, token), "revocations_unavailable");
  (await feed.next()).respond([]);
  await becomes(verifier, token, "accepted");
});

test("by default an unreachable feed at the start refuses no token; a refused client is told what to check", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).fail(401);
  assert.equal(await first, "accepted");
  assert.match(
    String(server.errors),
    /^Error: https:\S+ returned 401: check the client's id .* --resource-server$/,
  );
});

test("`ready` rejects unless keys and revocations are loaded", async (t) => {
  const { feed, verifier } = await following(t);
  const failed = verifier.ready();
  (await feed.next()).fail();
  await assert.rejects(failed, /revocations/);
  (await feed.next()).respond([]);
  const deadline = Date.now() + PATIENCE;
  while (
    !(await verifier.ready().then(
      () => true,
      () => false,
    ))
  )
    assert.ok(Date.now() < deadline);
});

test("a server that returns long polls at once is not polled in a tight loop", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).respond([]);
  await first;
  (await feed.next()).respond([]);
  const requests = server.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(server.requests.length, requests);
  // Its entries still apply at once.
  (await feed.next()).respond([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
});

test("an unexpected response is an outage", async (t) => {
  const { server, feed, verifier, token } = await following(t, { whenStale: "refuse" });
  const first = outcome(verifier, token);
  (await feed.next()).respond([{ gid: GRANT }]);
  assert.equal(await first, "revocations_unavailable");
  assert.match(String(server.errors[0]), /unexpected response/);
});

test("close aborts the waiting request", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).respond([]);
  await first;
  await feed.next();
  const requests = server.requests.length;
  verifier.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(server.requests.length, requests);
  assert.deepEqual(server.errors, []);
});

test("a follower that ended with its request, as on Workers, is replaced by the next request that finds it overdue", async (t) => {
  const time = requestTime(t);
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).respond([]);
  assert.equal(await first, "accepted");
  assert.equal((await time.until(feed.next())).wait, "10");
  await time.endRequest();
  await time.pass(15_000);
  assert.equal(await outcome(verifier, token), "accepted", "it may be under way still");
  await time.pass(2000);
  const [one, two] = [outcome(verifier, token), outcome(verifier, token)];
  const again = await feed.next();
  assert.deepEqual([again.cursor, again.wait], ["c1", "0"]);
  again.respond([{ gid: GRANT, at: server.now / 1000 }]);
  assert.deepEqual(await Promise.all([one, two]), ["revoked", "revoked"]);
  assert.deepEqual((await time.until(feed.next())).cursor, "c2", "and followed again");
  assert.deepEqual(server.errors, []);
});

test("a first load that ended with its request keeps no later request waiting", async (t) => {
  const time = requestTime(t);
  const { feed, verifier, token } = await following(t);
  void outcome(verifier, token);
  await feed.next();
  await time.endRequest();
  const second = outcome(verifier, token);
  (await time.until(feed.next())).respond([{ gid: GRANT, at: 1_799_999_999 }]);
  assert.equal(await second, "revoked");
});

test("with `pollInterval`, requests ask for revocations, and nothing is sent between them", async (t) => {
  const time = requestTime(t);
  const { server, feed, verifier, token } = await following(t, { pollInterval: 5 });
  const first = outcome(verifier, token);
  (await feed.next()).respond([{ gid: OTHER, at: 1 }], true);
  (await feed.next()).respond([]);
  assert.equal(await first, "accepted");
  const sent = server.requests.length;
  await time.pass(4999);
  assert.equal(await outcome(verifier, token), "accepted");
  await time.pass(60_000);
  assert.equal(server.requests.length, sent);
  const later = [outcome(verifier, token), outcome(verifier, token)];
  const poll = await feed.next();
  assert.deepEqual([poll.cursor, poll.wait], ["c2", "0"]);
  poll.respond([{ gid: GRANT, at: server.now / 1000 }]);
  assert.deepEqual(await Promise.all(later), ["revoked", "revoked"]);
  assert.equal(server.requests.length, sent + 1);
});

test("with `pollInterval`, an outage makes one request wait now and then, not each", async (t) => {
  const time = requestTime(t);
  const { server, feed, verifier, token } = await following(t, { pollInterval: 0 });
  const first = outcome(verifier, token);
  (await feed.next()).fail();
  assert.equal(await first, "accepted");
  const sent = server.requests.length;
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(server.requests.length, sent);
  await time.pass(250);
  const next = outcome(verifier, token);
  (await feed.next()).respond([{ gid: GRANT, at: server.now / 1000 }]);
  assert.equal(await next, "revoked");
  const each = outcome(verifier, token);
  (await feed.next()).respond([]);
  assert.equal(await each, "revoked", "0 asks for each request");
  assert.equal(server.errors.length, 1);
});

test("on Cloudflare Workers `pollInterval` is 5 by default", async (t) => {
  const { navigator } = globalThis;
  Object.defineProperty(globalThis, "navigator", {
    value: { userAgent: "Cloudflare-Workers" },
    configurable: true,
  });
  t.after(() => Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true }));
  const time = requestTime(t);
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).respond([]);
  await first;
  const sent = server.requests.length;
  await time.pass(4999);
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(server.requests.length, sent);
  await time.pass(1);
  const next = outcome(verifier, token);
  (await feed.next()).respond([{ gid: GRANT, at: server.now / 1000 }]);
  assert.equal(await next, "revoked");
});
