import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { TestContext } from "node:test";
import { QueueByKey } from "../limits/queue.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { AccountServiceOptions } from "./account-service.ts";
import { httpUserStore } from "./http-user-store.ts";

const secret = randomBytes(32);
const NOW = Date.UTC(2026, 0, 1);
const PASSWORD = "correct horse battery staple";
const ACCEPTED = { outcome: "accepted", subject: "42", claims: { name: "Ada", admin: true } };
const WRONG = "The username or the password is wrong.";

interface Asked {
  headers: IncomingHttpHeaders;
  body: string;
}

type Respond = (asked: Asked, drop: () => void) => { status?: number; body: string } | undefined;

/** A service on a loopback port, and a user store that asks it. */
async function world(t: TestContext, respond: Respond, options: Partial<AccountServiceOptions> = {}) {
  const asked: Asked[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = { headers: request.headers, body: await text(request) };
    asked.push(one);
    const answer = respond(one, () => request.socket.destroy());
    if (answer !== undefined) response.writeHead(answer.status ?? 200).end(answer.body);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  const { port } = server.address() as AddressInfo;
  const failures: string[] = [];
  const successes: string[] = [];
  const warnings: unknown[] = [];
  let limit = 100;
  const users = httpUserStore({
    service: { url: `http://127.0.0.1:${port}/check`, secret, timeout: 5000, now: () => NOW, ...options },
    throttle: {
      wait: () => (failures.length >= limit ? 42 : 0),
      isSlowed: () => false,
      slowed: new QueueByKey(1, 1),
      failed: async (username, address) => void failures.push(`${username} ${address}`),
      succeeded: (username, address) => void successes.push(`${username} ${address}`),
    },
    log: { warn: (fields) => void warnings.push(fields) },
  });
  const ask = (username = "ada", password = PASSWORD, address = "192.0.2.1") =>
    users.authenticate({ username, password, address });
  return { ask, asked, stop, failures, successes, warnings, setLimit: (failed: number) => (limit = failed) };
}

function answering(body: unknown, status = 200): Respond {
  return () => ({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
}

async function refused(asking: Promise<unknown>): Promise<OAuthError> {
  const error: unknown = await asking.then(
    () => assert.fail("it was accepted"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof OAuthError, String(error));
  return error;
}

/** An outage, plainly told: come back, and nothing of a wrong password. */
async function outage(asking: Promise<unknown>, cause: string, detail?: string): Promise<OAuthError> {
  const error = await refused(asking);
  assert.deepEqual([error.code, error.status], ["temporarily_unavailable", 503]);
  assert.deepEqual([error.causeName, error.detail], [cause, detail]);
  assert.ok((error.retryAfter ?? 0) >= 1);
  assert.equal(error.description, "Passwords cannot be checked at the moment. Try again later.");
  return error;
}

test("a right password is whose the service says, and the question is signed", async (t) => {
  const { ask, asked, successes, failures } = await world(t, answering(ACCEPTED));
  assert.deepEqual(await ask(" ada "), { subject: "42", name: "Ada" });
  const { headers, body } = asked[0] ?? assert.fail();
  assert.deepEqual(JSON.parse(body), { username: "ada", password: PASSWORD, address: "192.0.2.1" });
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  assert.equal(Number(timestamp), NOW / 1000);
  const mac = createHmac("sha256", secret).update(`${String(id)}.${String(timestamp)}.${body}`);
  assert.equal(signature, `v1,${mac.digest("base64")}`);
  assert.equal(headers["content-type"], "application/json");
  assert.deepEqual([successes, failures], [["ada 192.0.2.1"], []]);
});

test("without a name, the pages call people what they typed", async (t) => {
  const { ask } = await world(t, answering({ outcome: "accepted", subject: "42" }));
  assert.deepEqual(await ask("ada"), { subject: "42", name: "ada" });
  assert.deepEqual(await ask("a\u0000da"), { subject: "42", name: "ada" });
});

test("a wrong password is refused like one of Regrant's own accounts, and counted", async (t) => {
  const { ask, failures, setLimit, asked } = await world(t, answering({ outcome: "refused" }));
  const error = await refused(ask());
  assert.deepEqual([error.code, error.status, error.description], ["invalid_grant", 400, WRONG]);
  assert.equal(error.causeName, "account_service_refused");
  assert.deepEqual(failures, ["ada 192.0.2.1"]);
  setLimit(1);
  const blocked = await refused(ask());
  assert.deepEqual([blocked.status, blocked.retryAfter, blocked.causeName], [429, 42, "too_many_failures"]);
  assert.equal(asked.length, 1, "the service is spared");
});

test("guesses of one username are checked one at a time, so that none is uncounted", async (t) => {
  let [running, most] = [0, 0];
  const { ask, failures, setLimit } = await world(t, answering({ outcome: "refused" }), {
    fetch: async (input, init) => {
      running += 1;
      most = Math.max(most, running);
      const response = await fetch(input, init);
      running -= 1;
      return response;
    },
  });
  setLimit(3);
  const guesses = Array.from({ length: 8 }, (_, i) => refused(ask(i % 2 === 0 ? "ada" : "ADA")));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.deepEqual(statuses, [400, 400, 400, 429, 429, 429, 429, 429]);
  assert.deepEqual([failures.length, most], [3, 1]);
});

test("whatever else the service answers is an outage, and is not counted against the person", async (t) => {
  const answers: [reason: string, respond: Respond][] = [
    ["status", answering({ outcome: "refused" }, 401)],
    ["status", answering({ outcome: "refused" }, 403)],
    ["status", answering("Not found", 404)],
    ["status", answering("", 302)],
    ["status", answering("down", 503)],
    ["malformed", answering("<html>maintenance</html>")],
    ["malformed", answering("")],
    ["malformed", answering({ outcome: "accepted" })],
    ["malformed", answering({ outcome: "accepted", subject: "" })],
    ["malformed", answering({ outcome: "accepted", subject: 42 })],
    ["malformed", answering({ outcome: "accepted", subject: "4\u00002" })],
    ["malformed", answering({ outcome: "accepted", subject: "42", claims: { name: "A\nda" } })],
    ["malformed", answering({ outcome: "REFUSED" })],
    ["malformed", answering({ ...ACCEPTED, padding: "x".repeat(20_000) })],
  ];
  for (const [reason, respond] of answers) {
    const { ask, failures, successes, warnings, asked } = await world(t, respond);
    await outage(ask(), "account_service_failed", reason);
    assert.deepEqual([failures, successes, asked.length], [[], [], 1]);
    assert.equal(warnings.length, 1);
    assert.ok(!JSON.stringify(warnings).includes(PASSWORD));
  }
});

test("a service that is silent is given up after its time", async (t) => {
  const { ask, asked } = await world(t, () => undefined, { timeout: 200 });
  await outage(ask(), "account_service_failed", "timeout");
  assert.equal(asked.length, 1, "it may have counted the try: it is not asked again");
});

test("a connection that is not had or is lost is tried once more, under another id", async (t) => {
  let drops = 1;
  const { ask, asked, stop } = await world(t, (_asked, drop) => {
    if (drops === 0) return { body: JSON.stringify(ACCEPTED) };
    drops -= 1;
    drop();
    return undefined;
  });
  assert.equal((await ask()).subject, "42");
  const ids = asked.map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(ids).size, 2);
  drops = 2;
  await outage(ask(), "account_service_failed", "unreachable");
  assert.equal(asked.length, 4);
  await stop();
  await outage(ask(), "account_service_failed", "unreachable");
});

test("a service that keeps failing is spared for a while, and then asked by one", async (t) => {
  let healthy = false;
  let at = 1_000_000;
  t.mock.method(performance, "now", () => at);
  const { ask, asked } = await world(t, () =>
    healthy ? { body: JSON.stringify(ACCEPTED) } : { status: 500, body: "" },
  );
  for (let i = 0; i < 5; i += 1) await outage(ask(`person-${i}`), "account_service_failed", "status");
  const { retryAfter } = await outage(ask(), "account_service_suspended");
  assert.equal(retryAfter, 5);
  assert.equal(asked.length, 5);
  at += 5000;
  await Promise.all([
    outage(ask("one"), "account_service_failed", "status"),
    outage(ask("two"), "account_service_suspended"),
  ]);
  assert.equal(asked.length, 6);
  healthy = true;
  at += 5000;
  assert.equal((await ask()).subject, "42");
  assert.equal((await ask()).subject, "42");
});

test("more people than can be asked for at once are told to come back", async (t) => {
  const { ask, stop } = await world(t, () => undefined);
  const from = (i: number) => `192.0.2.${i % 2}`;
  const waiting = Array.from({ length: 64 }, (_, i) => refused(ask(`person-${i}`, PASSWORD, from(i))));
  const oneMore = ask("one more", PASSWORD, "192.0.2.3");
  assert.equal((await outage(oneMore, "account_service_suspended")).retryAfter, 1);
  await stop();
  await Promise.all(waiting);
});

test("one network has half of the calls at most, and a bounded number of attempts waiting", async (t) => {
  const { ask, asked, stop } = await world(t, () => undefined);
  const waiting = Array.from({ length: 96 }, (_, i) => refused(ask(`person-${i}`)));
  assert.equal((await outage(ask("one more"), "account_service_queue_full")).retryAfter, 1);
  const elsewhere = refused(ask("grace", PASSWORD, "192.0.2.2"));
  while (asked.length < 33) await setImmediate();
  assert.equal(asked.filter(({ body }) => body.includes("grace")).length, 1);
  await stop();
  await Promise.all([...waiting, elsewhere]);
});
