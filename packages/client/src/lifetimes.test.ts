import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "./memory-store.ts";
import { harness, successor } from "./simulation/harness.ts";
import type { Harness } from "./simulation/harness.ts";
import { record } from "./testing/store-fixture.ts";
import { refreshTimes } from "./windows.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** s */
const DAYS = 86_400;

/** Members of a token response, and days until the refresh token expires unused and until the authorization ends. */
const RESPONSES: Record<string, [Record<string, unknown>, number | undefined, number | undefined]> = {
  "neither, which is unknown or never": [{}, undefined, undefined],
  "both, by the draft's names": [
    { refresh_token_timeout: 10 * DAYS, authorization_expires_in: 300 * DAYS },
    10,
    300,
  ],
  "a timeout alone": [{ refresh_token_timeout: 10 * DAYS }, 10, undefined],
  "an authorization alone, with which the refresh token ends": [
    { authorization_expires_in: 300 * DAYS },
    300,
    300,
  ],
  "GitHub's and Google's name": [{ refresh_token_expires_in: 180 * DAYS }, 180, undefined],
  "Keycloak's name": [{ refresh_expires_in: DAYS / 2 }, 0.5, undefined],
  "Keycloak's 0 of a token that does not expire": [{ refresh_expires_in: 0 }, undefined, undefined],
  "the draft's name beside GitHub's": [
    { refresh_token_timeout: 5 * DAYS, refresh_token_expires_in: 6 * DAYS },
    5,
    undefined,
  ],
  "a timeout beyond the authorization, which it does not outlive": [
    { refresh_token_timeout: 10 * DAYS, authorization_expires_in: 2 * DAYS },
    2,
    2,
  ],
  "numbers as text": [
    { refresh_token_timeout: String(10 * DAYS), authorization_expires_in: String(20 * DAYS) },
    10,
    20,
  ],
  "a lifetime of eras, counted as a century": [
    { authorization_expires_in: 1e300 },
    37_037 + 1 / 27,
    37_037 + 1 / 27,
  ],
};
for (const value of [0, -1, "0", "-5"]) {
  RESPONSES[`an authorization that ends now (${JSON.stringify(value)})`] = [
    { refresh_token_timeout: DAYS, authorization_expires_in: value },
    0,
    0,
  ];
  RESPONSES[`a timeout that is none (${JSON.stringify(value)})`] = [
    { refresh_token_timeout: value, refresh_expires_in: value },
    undefined,
    undefined,
  ];
}
for (const [index, value] of [null, true, "soon", "0x10", "1e3", "", Number.NaN, {}, [3600]].entries()) {
  const members = {
    refresh_token_timeout: value,
    authorization_expires_in: value,
    refresh_expires_in: value,
  };
  RESPONSES[`no lifetime (${index}: ${JSON.stringify(value)})`] = [members, undefined, undefined];
  const rest = { ...members, refresh_token_expires_in: DAYS };
  RESPONSES[`one lifetime beside others that are none (${index})`] = [rest, 1, undefined];
}

for (const [what, [members, unused, authorization]] of Object.entries(RESPONSES)) {
  test(`a token response with ${what}`, async () => {
    const { client, clock } = await harness((_, n) => successor(n, members));
    assert.equal((await client.getToken({ mode: "force" })).accessToken, "access-2", "the response is used");
    const { refreshTokenExpiresAt, authorizationExpiresAt } = await client.status();
    const daysUntil = (at: number | undefined) => at && Math.round(((at - clock.now()) / DAY) * 1000) / 1000;
    const rounded = (days: number | undefined) => days && Math.round(days * 1000) / 1000;
    assert.deepEqual(
      [daysUntil(refreshTokenExpiresAt), daysUntil(authorizationExpiresAt)],
      [rounded(unused), rounded(authorization)],
    );
  });
}

const LIFETIMES = { refresh_token_timeout: 10 * DAYS, authorization_expires_in: 300 * DAYS };

/** When the session ends, as instants. */
async function ends({ client }: Pick<Harness, "client">): Promise<(number | undefined)[]> {
  const { refreshTokenExpiresAt, authorizationExpiresAt } = await client.status();
  return [refreshTokenExpiresAt, authorizationExpiresAt];
}

test("a new refresh token without lifetimes has none: the server must say finite ones", async () => {
  const process = await harness((_, n) => successor(n, n === 1 ? LIFETIMES : {}));
  await process.client.getToken({ mode: "force" });
  assert.ok((await ends(process)).every((at) => at !== undefined));
  await process.client.getToken({ mode: "force" });
  assert.deepEqual(await ends(process), [undefined, undefined]);
});

test("a response without a refresh token keeps the ends that it omits, and moves those that it says", async () => {
  const responses = [{}, { refresh_token_timeout: 10 * DAYS }, { authorization_expires_in: 5 * DAYS }];
  const process = await harness((_, n) =>
    Response.json({ access_token: `access-${n + 1}`, expires_in: 3600, ...responses[n - 1] }),
  );
  const start = process.clock.now();
  await process.client.set({ access_token: "access-1", refresh_token: "refresh-1", ...LIFETIMES });
  await process.time.pass(HOUR);
  await process.client.getToken({ mode: "force" });
  assert.deepEqual(await ends(process), [start + 10 * DAY, start + 300 * DAY]);
  await process.client.getToken({ mode: "force" });
  assert.deepEqual(await ends(process), [start + HOUR + 10 * DAY, start + 300 * DAY]);
  await process.client.getToken({ mode: "force" });
  assert.deepEqual(await ends(process), [start + HOUR + 5 * DAY, start + HOUR + 5 * DAY]);
});

test("a login begins without the ends of the session before", async () => {
  const process = await harness();
  await process.client.set({ access_token: "a", refresh_token: "r", ...LIFETIMES });
  await process.time.pass(DAY);
  await process.client.set({ access_token: "b" });
  assert.deepEqual(await ends(process), [undefined, undefined]);
  assert.equal((await process.record())?.startedAt, process.clock.now());
});

test("the token of a grant does not inherit the ends of a refresh token that the server rejected", async () => {
  const { client, record } = await harness(
    (_, n) =>
      n === 1
        ? Response.json({ error: "invalid_grant" }, { status: 400 })
        : Response.json({ access_token: "c" }),
    { grant: { grant_type: "client_credentials" } },
  );
  await client.set({ access_token: "a", refresh_token: "r", ...LIFETIMES });
  assert.equal((await client.getToken({ mode: "force" })).accessToken, "c");
  const { refreshToken, refreshTokenExpiresAt, authorizationExpiresAt } = (await record()) ?? {};
  assert.deepEqual([refreshToken, refreshTokenExpiresAt, authorizationExpiresAt], Array(3).fill(undefined));
});

test("the ends are by this machine's clock", async () => {
  const process = await harness((_, n) => {
    const { body } = successor(n, LIFETIMES);
    return new Response(body, { headers: { date: new Date(process.time.at).toUTCString() } });
  });
  process.clock.ahead = 90 * MINUTE;
  await process.client.getToken({ mode: "force" });
  const [, authorization = 0] = await ends(process);
  assert.ok(Math.abs(authorization - (process.clock.now() + 300 * DAY)) <= SECOND);
});

test("a record of an earlier version, without these members, is read and refreshed", async () => {
  const process = await harness((_, n) => successor(n, LIFETIMES), { store: memoryStore() });
  const stored = await process.store.get("session");
  const before = record(7, { refreshToken: "refresh-7", issuedAt: process.clock.now() });
  const earlier = { ...before, clientId: "client", refreshTokenExpiresAt: process.clock.now() + DAY };
  assert.ok(await process.store.compareAndSet("session", stored?.version ?? null, earlier));
  const other = process.another();
  assert.deepEqual(await ends({ client: other }), [process.clock.now() + DAY, undefined]);
  assert.equal((await other.getToken()).accessToken, "access-7");
  assert.equal((await other.getToken({ mode: "force" })).accessToken, "access-2");
  assert.deepEqual(await ends({ client: other }), [
    process.clock.now() + 10 * DAY,
    process.clock.now() + 300 * DAY,
  ]);
});

/** Retry windows, s: as a response says it, as the metadata has it, and as the option has it. */
interface RetryWindows {
  readonly said?: unknown;
  readonly advertised?: number;
  readonly option?: number;
}

/** How long the client claims its refresh token, ms, which must fit into the retry window. */
async function claimLength({ said, advertised, option }: RetryWindows): Promise<number> {
  let length = 0;
  const { client, record } = await harness(undefined, {
    refresh: {
      retryWindowMs:
        option === undefined ? () => Promise.resolve((advertised ?? 0) * SECOND) : option * SECOND,
    },
    fetch: async () => {
      const { intent } = (await record()) ?? {};
      if (intent) length = intent.until - intent.at;
      return successor(1);
    },
  });
  const window = { refresh_token_retry_window: said as number };
  await client.set({ access_token: "a", refresh_token: "r", expires_in: 60, ...window });
  await client.getToken({ mode: "force" });
  return length;
}

/** The same for a window of so many seconds. */
function claimIn(seconds: number): number {
  return Math.round(refreshTimes(8 * SECOND, seconds * SECOND).leaseMs);
}

test("the client's own retry window, in its token response, is used in place of the advertised one", async () => {
  assert.equal(new Set([0, 10, 15].map(claimIn)).size, 3);
  assert.equal(await claimLength({ advertised: 10 }), claimIn(10));
  assert.equal(await claimLength({ said: 15, advertised: 10 }), claimIn(15));
  assert.equal(await claimLength({ said: 15 }), claimIn(15), "without any metadata");
  assert.equal(await claimLength({ said: 0, advertised: 10 }), claimIn(0), "0 is none");
});

test("a retry window that is not a number of seconds counts as not said, and the option wins over both", async () => {
  for (const said of ["15", null, -1, true, {}]) {
    assert.equal(await claimLength({ said, advertised: 10 }), claimIn(10), JSON.stringify(said));
  }
  assert.equal(await claimLength({ said: 15, advertised: 15, option: 10 }), claimIn(10));
});

test("another process knows the retry window from the record, and a response without one ends it", async () => {
  const process = await harness((_, n) => successor(n, n === 1 ? { refresh_token_retry_window: 600 } : {}));
  await process.client.getToken({ mode: "force" });
  assert.equal((await process.record())?.retryWindow, 600_000);
  await process.another().getToken({ mode: "force" });
  assert.equal((await process.record())?.retryWindow, undefined);
});
