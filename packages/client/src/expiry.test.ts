import assert from "node:assert/strict";
import { test } from "node:test";
import type { TokenClient } from "./api.ts";
import { keepFresh } from "./background.ts";
import { warnBeforeEnd } from "./expiry.ts";
import type { ExpiryWarning, ExpiryWarningOptions } from "./expiry.ts";
import { harness, networkError } from "./simulation/harness.ts";
import type { Harness } from "./simulation/harness.ts";
import type { TokenResponse } from "./wire-format.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** The lifetimes of a server's sessions. */
interface Lifetimes {
  /** How long a refresh token may stay unused, ms. */
  readonly idle?: number;
  /** How long the authorization lasts, ms; tests may extend it. */
  authorization?: number;
  isDown?: boolean;
}

interface Process extends Pick<Harness, "client" | "time"> {
  /** A client in another process. */
  readonly another: () => TokenClient;
  /** Keeps the token fresh in the background. Returns the function that stops it. */
  readonly start: () => () => void;
  /** The first tokens of a new session. */
  readonly login: () => TokenResponse;
  /** The warnings so far: the reason, and after how many ms. */
  readonly warnings: { readonly reason: string; readonly at: number; readonly after: number }[];
}

/** A client that has just logged in at a server that says these lifetimes, in seconds, with each response. */
async function login(server: Lifetimes, options: ExpiryWarningOptions = {}): Promise<Process> {
  const warnings: Process["warnings"] = [];
  const onExpiring = ({ reason, at }: ExpiryWarning) =>
    void warnings.push({ reason, at: at - start, after: time.at - start });
  const {
    client: plain,
    time,
    clock,
    another,
  } = await harness((_, n) => (server.isDown ? networkError() : Response.json(response(n + 1))));
  const warning = (client: TokenClient) => warnBeforeEnd(client, onExpiring, { clock, ...options });
  const client = warning(plain);
  const start = time.at;
  await client.set(response(1));
  return {
    client,
    time,
    another: () => warning(another()),
    start: () => keepFresh(client, { clock }),
    warnings,
    login: () => response(1),
  };

  function response(n: number) {
    const tokens = { access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 3600 };
    const left = (server.authorization ?? Infinity) - (time.at - start);
    const members = {
      authorization_expires_in: left,
      refresh_token_timeout: Math.min(left, server.idle ?? left),
    };
    return { ...tokens, ...Object.fromEntries(Object.entries(members).flatMap(inSeconds)) };
  }
}

function inSeconds([name, ms]: [string, number]): [string, number][] {
  return Number.isFinite(ms) ? [[name, Math.floor(ms / SECOND)]] : [];
}

for (const [lifetime, lead] of [
  [365 * DAY, 7 * DAY],
  [30 * DAY, 3 * DAY],
  [10 * HOUR, HOUR],
] as const) {
  test(`of an authorization of ${lifetime / HOUR} h, it warns ${lead / HOUR} h before its end, once`, async () => {
    const { time, start, warnings } = await login({ authorization: lifetime });
    await time.pass(lifetime - lead - 2 * HOUR);
    const stop = start();
    await time.pass(HOUR);
    assert.deepEqual(warnings, []);
    await time.pass(2 * HOUR - SECOND);
    stop();
    assert.deepEqual(
      warnings.map(({ reason, at }) => [reason, Math.round(at / HOUR)]),
      [["authorization", lifetime / HOUR]],
    );
    const late = warnings.map(({ after }) => after - (lifetime - lead));
    assert.ok(
      late.every((ms) => ms >= -SECOND && ms <= 61 * SECOND),
      late.join(),
    );
  });
}

for (const [lead, emitted] of [
  [15 * HOUR, 10],
  [5 * HOUR, 5],
  [0, undefined],
] as const) {
  test(`the lead time is an option, capped at half of the lifetime: ${lead / HOUR} h of 20`, async () => {
    const { time, start, warnings } = await login({ authorization: 20 * HOUR }, { leadMs: lead });
    const stop = start();
    await time.pass(19 * HOUR);
    stop();
    assert.deepEqual(
      warnings.map(({ at, after }) => Math.round((at - after) / HOUR)),
      emitted === undefined ? [] : [emitted],
    );
  });
}

test("it is emitted by calls that need a token, once per process, after a refresh that was due", async () => {
  const { client, time, another, warnings } = await login({ authorization: 30 * DAY });
  await time.pass(28 * DAY);
  assert.deepEqual(warnings, [], "nothing runs without a call");
  for (let call = 0; call < 3; call += 1) await client.getToken({ mode: "force" });
  assert.equal(warnings.length, 1);
  const other = another();
  for (let call = 0; call < 3; call += 1) await other.getToken();
  assert.equal(warnings.length, 2);
});

test("after an extension it is emitted again when the new end is near", async () => {
  const server = { authorization: 10 * HOUR };
  const { client, time, start, warnings } = await login(server);
  const stop = start();
  await time.pass(9 * HOUR + 120 * SECOND);
  assert.equal(warnings.length, 1);
  server.authorization = 20 * HOUR;
  await time.pass(HOUR);
  const { authorizationExpiresAt = 0 } = await client.status();
  assert.ok(authorizationExpiresAt - time.at > 9 * HOUR, "the next refresh says the new end");
  await time.pass(9 * HOUR);
  stop();
  assert.deepEqual(
    warnings.map(({ at }) => Math.round(at / HOUR)),
    [10, 20],
  );
});

test("an end that differs from response to response by some seconds or minutes is reported once", async () => {
  for (const other of [
    { authorization: 30 * DAY + 300 * SECOND },
    { authorization: 30 * DAY, idle: 50 * SECOND },
  ]) {
    const server: Lifetimes = { authorization: 30 * DAY };
    const first = { ...server, idle: 365 * DAY };
    const { client, time, warnings } = await login(server, { leadMs: 365 * DAY });
    await time.pass(16 * DAY);
    for (let call = 0; call < 20; call += 1) {
      Object.assign(server, call % 2 ? { ...first, ...other } : first);
      await client.getToken({ mode: "force" });
      await time.pass(40 * SECOND);
    }
    const reasons = warnings.map(({ reason }) => reason);
    assert.deepEqual([...new Set(reasons)], reasons);
    assert.ok(reasons.includes("authorization"));
  }
});

test("a new session that ends sooner than the last one is reported too", async () => {
  const server = { authorization: 30 * DAY };
  const { client, time, warnings, login: again } = await login(server);
  await time.pass(28 * DAY);
  await client.getToken({ mode: "force" });
  server.authorization = 29 * DAY;
  await client.set(again());
  await time.pass(DAY - HOUR);
  await client.getToken({ mode: "force" });
  assert.deepEqual(
    warnings.map(({ at }) => Math.round(at / DAY)),
    [30, 29],
  );
});

test("a refresh token that is about to expire unused is not reported where a refresh replaces it", async () => {
  const { client, time, start, warnings } = await login({ idle: 10 * HOUR }, { leadMs: DAY });
  await time.pass(9.5 * HOUR);
  await client.getToken();
  const stop = start();
  await time.pass(12 * HOUR);
  stop();
  assert.deepEqual(warnings, []);
});

test("nor is one whose access token expires late in its lifetime", async () => {
  const { time, start, warnings } = await login({ idle: 1.2 * HOUR });
  const stop = start();
  await time.pass(6 * HOUR);
  stop();
  assert.deepEqual(warnings, []);
});

test("a refresh token that expires before its access token, and so before any refresh, is reported", async () => {
  const { time, start, warnings } = await login({ idle: HOUR / 2 });
  const stop = start();
  await time.pass(HOUR / 2);
  stop();
  assert.deepEqual(
    warnings.map(({ reason, at }) => [reason, at]),
    [["refresh_token", HOUR / 2]],
  );
});

test("a refresh token that is about to expire while every refresh fails is reported, until one succeeds", async () => {
  const server: Lifetimes = { idle: 10 * HOUR, authorization: 365 * DAY };
  const { time, start, warnings } = await login(server);
  const stop = start();
  server.isDown = true;
  await time.pass(9 * HOUR - SECOND);
  assert.deepEqual(warnings, []);
  await time.pass(HOUR / 2);
  server.isDown = false;
  await time.pass(12 * HOUR);
  stop();
  assert.deepEqual(
    warnings.map(({ reason, at }) => [reason, Math.round(at / HOUR)]),
    [["refresh_token", 10]],
  );
});

test("of a server that says nothing there is no warning", async () => {
  const { time, start, warnings } = await login({});
  const stop = start();
  await time.pass(8 * HOUR);
  stop();
  assert.deepEqual(warnings, []);
});

test("a listener that throws does not disturb the caller, nor does a store that cannot be read", async () => {
  const { client: plain, clock, time } = await harness();
  await plain.set({ access_token: "a", expires_in: 3600 * 24, authorization_expires_in: 3600 * 24 });
  let calls = 0;
  const throwing = () => {
    calls += 1;
    throw new Error("a listener's");
  };
  const client = warnBeforeEnd(plain, throwing, { clock });
  const unreadable = { ...plain, status: () => Promise.reject(new Error("no store")) };
  const blind = warnBeforeEnd(unreadable, throwing, { clock });
  await time.pass(22 * HOUR);
  assert.equal((await client.getToken()).accessToken, "a");
  assert.equal((await blind.getToken()).accessToken, "a");
  assert.equal(calls, 1);
});

test("it looks at the session once a minute at most", async () => {
  const { client: plain, clock, time } = await harness();
  let looks = 0;
  const counted = { ...plain, status: () => ((looks += 1), plain.status()) };
  const client = warnBeforeEnd(counted, () => {}, { clock });
  for (let call = 0; call < 100; call += 1) await client.getToken();
  assert.equal(looks, 1);
  await time.pass(61 * SECOND);
  await client.getToken();
  assert.equal(looks, 2);
});
