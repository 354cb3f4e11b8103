import assert from "node:assert/strict";
import type { LoginDecision } from "../authorization.ts";
import { ACTOR } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { HOUR, SECOND, digest } from "./fixtures.ts";

const PERSON = { subject: "s-1", name: "ada", authTime: undefined, acr: "mfa" };

/** An answer that is of use for a minute. */
function newLogin({ clock }: Bench, changes: Partial<LoginDecision> = {}): LoginDecision {
  return { digest: digest(), user: PERSON, expiresAt: clock.at + 60 * SECOND, ...changes };
}

function newCookie(replaces: Buffer | null = null) {
  return { digest: digest(), ttl: 3600, replaces };
}

export const loginCases: Cases = {
  "an accepted login becomes a sign-in, once": async (bench) => {
    const { logins, signIns } = bench.store;
    const before = newCookie();
    await signIns.start({ ...before, subject: "s-0", name: "bob" });
    const login = newLogin(bench);
    const cookie = newCookie(before.digest);
    assert.deepEqual(await logins.use(login.digest, cookie), { outcome: "unknown" });
    assert.equal(await logins.decide(login), true);
    bench.clock.at += SECOND;
    const used = await logins.use(login.digest, cookie);
    const { at } = bench.clock;
    const signIn = {
      digest: cookie.digest,
      subject: "s-1",
      name: "ada",
      authTime: at,
      acr: "mfa",
      expiresAt: at + HOUR,
    };
    assert.deepEqual(used, { outcome: "started", signIn });
    assert.deepEqual(await signIns.find(cookie.digest), signIn);
    assert.equal(await signIns.find(before.digest), undefined);
    assert.deepEqual(await logins.use(login.digest, newCookie()), { outcome: "unknown" });
    assert.equal(await logins.decide(login), false, "a challenge is of use once");
  },

  "a rejected login signs nobody in, and is used up as well": async (bench) => {
    const { logins } = bench.store;
    const login = newLogin(bench, { user: null });
    assert.equal(await logins.decide(login), true);
    assert.deepEqual(await logins.use(login.digest, newCookie()), { outcome: "rejected" });
    assert.deepEqual(await logins.use(login.digest, newCookie()), { outcome: "unknown" });
  },

  "the same answer may be given again until it is used, another one may not": async (bench) => {
    const { logins } = bench.store;
    const [accepted, rejected] = [newLogin(bench), newLogin(bench, { user: null })];
    for (let tries = 0; tries < 2; tries += 1) {
      assert.equal(await logins.decide(accepted), true);
      assert.equal(await logins.decide(rejected), true);
    }
    assert.equal(await logins.decide({ ...accepted, user: null }), false);
    assert.equal(await logins.decide({ ...accepted, user: { ...PERSON, subject: "s-2" } }), false);
    assert.equal(await logins.decide({ ...rejected, user: PERSON }), false);
  },

  "the provider says when somebody authenticated, though not in the future": async (bench) => {
    const { logins } = bench.store;
    const { at } = bench.clock;
    for (const [authTime, kept] of [
      [at - HOUR, at - HOUR],
      [at + HOUR, at],
    ] as const) {
      const login = newLogin(bench, { user: { ...PERSON, authTime } });
      await logins.decide(login);
      const used = await logins.use(login.digest, newCookie());
      assert.ok(used.outcome === "started");
      assert.deepEqual([used.signIn.authTime, used.signIn.expiresAt], [kept, at + HOUR]);
    }
  },

  "an expired login is of no use, and is swept": async (bench) => {
    const { logins } = bench.store;
    const [expiring, living] = [newLogin(bench), newLogin(bench, { expiresAt: bench.clock.at + HOUR })];
    await logins.decide(expiring);
    await logins.decide(living);
    bench.clock.at += 60 * SECOND;
    assert.deepEqual(await logins.use(expiring.digest, newCookie()), { outcome: "unknown" });
    assert.deepEqual(await bench.store.sweep({ limit: 10, eventRetention: 3600 }), {
      removed: 1,
      done: true,
    });
    assert.equal((await logins.use(living.digest, newCookie())).outcome, "started");
  },

  "a login that is used by many at once signs in one": async (bench) => {
    const { logins } = bench.store;
    const login = newLogin(bench);
    await logins.decide(login);
    const uses = Array.from({ length: 20 }, () => logins.use(login.digest, newCookie()));
    const outcomes = (await Promise.all(uses)).map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "started").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "unknown").length, 19);
  },

  "a disabled account is not signed in": async (bench) => {
    const { accounts, logins } = bench.store;
    await accounts.create({ subject: "s-1", username: "ada", passwordHash: null }, ACTOR);
    const login = newLogin(bench);
    await logins.decide(login);
    await accounts.disable("s-1", ACTOR);
    assert.deepEqual(await logins.use(login.digest, newCookie()), { outcome: "account_disabled" });
  },
};
