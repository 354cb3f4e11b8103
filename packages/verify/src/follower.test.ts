import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { RevocationOptions } from "./options.ts";
import { AuthorizationServer, CLAIMS, outcome } from "./testing.ts";
import type { Verifier } from "./verifier.ts";

const GRANT = CLAIMS.rfc9068.gid;
const OTHER = "019b7600-0000-7000-8000-000000000002";
const PATIENCE = 5000;

interface Asked {
  cursor: string | null;
  wait: string | null;
  authorization: string | null;
  /** Answers with these entries; the cursor grows. */
  answer: (revoked: unknown[], more?: boolean) => void;
  fail: (status?: number) => void;
}

/** A feed whose every request waits for the test to answer it. */
class Feed {
  readonly server: AuthorizationServer;
  readonly #asked: Asked[] = [];
  readonly #takers: ((asked: Asked) => void)[] = [];
  #cursor = 0;

  constructor(server: AuthorizationServer) {
    this.server = server;
    server.feed = (_url, init) => this.#ask(init);
  }

  /** The next request, when it comes. */
  next(): Promise<Asked> {
    const waiting = this.#asked.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nobody asked")), PATIENCE);
      this.#takers.push((asked) => {
        clearTimeout(timer);
        resolve(asked);
      });
    });
  }

  async #ask(init: RequestInit | undefined): Promise<Response> {
    const form = init?.body as URLSearchParams;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    const asked: Asked = {
      cursor: form.get("cursor"),
      wait: form.get("wait"),
      authorization: new Headers(init?.headers).get("authorization"),
      answer: (revoked, more = false) => {
        this.#cursor += 1;
        resolve(Response.json({ cursor: `c${this.#cursor}`, more, access_ttl: 3600, revoked }));
      },
      fail: (status = 503) => resolve(new Response("down", { status })),
    };
    const taker = this.#takers.shift();
    if (taker === undefined) this.#asked.push(asked);
    else taker(asked);
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

/** Answers until the outcome of the token is as expected. */
async function becomes(verifier: Verifier, token: string, expected: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while ((await outcome(verifier, token)) !== expected) {
    assert.ok(Date.now() < deadline, `it does not become ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("the first token waits until all that was revoked before is known, page by page", async (t) => {
  const { feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  const one = await feed.next();
  assert.deepEqual([one.cursor, one.wait], [null, "0"]);
  assert.equal(one.authorization, `Basic ${btoa("resource%20server:s%3Ae%20cret")}`);
  one.answer([{ gid: OTHER, at: 1 }], true);
  const two = await feed.next();
  assert.deepEqual([two.cursor, two.wait], ["c1", "0"]);
  two.answer([{ gid: GRANT, at: 1_799_999_999 }]);
  assert.equal(await first, "revoked");
});

test("afterwards a request waits for news, and what comes counts at once", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).answer([]);
  assert.equal(await first, "accepted");
  const waiting = await feed.next();
  assert.deepEqual([waiting.cursor, waiting.wait], ["c1", "10"]);
  assert.equal(await outcome(verifier, token), "accepted", "nobody waits for it");
  waiting.answer([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
  assert.equal((await feed.next()).cursor, "c2");
  assert.deepEqual(server.errors, []);
});

test("an outage is reported once; by default tokens are taken, and what was revoked before is not", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const revoked = await server.token({ gid: OTHER });
  const first = outcome(verifier, revoked);
  (await feed.next()).answer([{ gid: OTHER, at: server.now / 1000 }]);
  assert.equal(await first, "revoked");
  for (let failures = 0; failures < 3; failures += 1) (await feed.next()).fail();
  server.now += 3_000_000;
  assert.equal(await outcome(verifier, token), "accepted");
  assert.equal(await outcome(verifier, revoked), "revoked");
  assert.equal(server.errors.length, 1);
  const again = await feed.next();
  assert.equal(again.cursor, "c1", "it goes on where it was");
  again.answer([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
});

test("with `refuse`, silence for longer than was allowed is a 503 until the server is heard again", async (t) => {
  const { server, feed, verifier, token } = await following(t, { whenUnknown: "refuse", maxAge: 30 });
  const first = outcome(verifier, token);
  (await feed.next()).fail();
  assert.equal(await first, "revocations_unknown");
  (await feed.next()).answer([]);
  await becomes(verifier, token, "accepted");
  server.now += 30_000;
  assert.equal(await outcome(verifier, token), "accepted");
  server.now += 1;
  assert.equal(await outcome(verifier, token), "revocations_unknown");
  (await feed.next()).answer([]);
  await becomes(verifier, token, "accepted");
});

test("by default a server that cannot be reached at the start does not stop anybody", async (t) => {
  const { feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).fail(401);
  assert.equal(await first, "accepted");
});

test("`ready` says whether keys and revocations are there", async (t) => {
  const { feed, verifier } = await following(t);
  const failed = verifier.ready();
  (await feed.next()).fail();
  await assert.rejects(failed, /revocations/);
  (await feed.next()).answer([]);
  const deadline = Date.now() + PATIENCE;
  while (
    !(await verifier.ready().then(
      () => true,
      () => false,
    ))
  )
    assert.ok(Date.now() < deadline);
});

test("a server that does not let anybody wait is not asked over and over", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).answer([]);
  await first;
  (await feed.next()).answer([]);
  const asked = server.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(server.asked.length, asked);
  // What it has to say is taken at once all the same.
  (await feed.next()).answer([{ gid: GRANT, at: server.now / 1000 }]);
  await becomes(verifier, token, "revoked");
});

test("an answer of another form is an outage, not news", async (t) => {
  const { server, feed, verifier, token } = await following(t, { whenUnknown: "refuse" });
  const first = outcome(verifier, token);
  (await feed.next()).answer([{ gid: GRANT }]);
  assert.equal(await first, "revocations_unknown");
  assert.match(String(server.errors[0]), /another form/);
});

test("closing ends the request that waits", async (t) => {
  const { server, feed, verifier, token } = await following(t);
  const first = outcome(verifier, token);
  (await feed.next()).answer([]);
  await first;
  await feed.next();
  const asked = server.asked.length;
  verifier.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(server.asked.length, asked);
  assert.deepEqual(server.errors, []);
});
