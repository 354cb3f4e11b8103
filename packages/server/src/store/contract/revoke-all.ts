import assert from "node:assert/strict";
import type { Grant, Store } from "../store.ts";
import { ACTOR, afterSignIn, found, granted } from "./bench.ts";
import type { Bench } from "./bench.ts";
import {
  HOUR,
  SECOND,
  SIGN_IN,
  START,
  digest,
  newCode,
  newDeviceRequest,
  newGrant,
  presentedCode,
  presentedDeviceCode,
  uuid,
} from "./fixtures.ts";

const ALWAYS = Number.MAX_SAFE_INTEGER;
const OF_SUBJECT = { subject: SIGN_IN.subject, authenticatedBefore: ALWAYS };

async function some(bench: Bench, count: number): Promise<Grant[]> {
  const { id } = await bench.client();
  return Promise.all(Array.from({ length: count }, () => granted(bench.store, newGrant(id))));
}

function idsOf(grants: readonly Grant[]): string[] {
  return grants.map(({ id }) => id);
}

function revokeAll(store: Store, grants: readonly Grant[]): Promise<number> {
  return store.grants.revokeAll(idsOf(grants), "revoked_by_operator", ACTOR);
}

/** The grants that `grant.revoked` was recorded for, in the order of the events. */
async function revokedIds({ store }: Bench): Promise<string[]> {
  return (await store.events.list({ type: "grant.revoked" }, 1000)).map(({ grantId }) => grantId ?? "");
}

/** What ends all grants of a subject or a client, and what would become one without a new sign-in. */
export const revokeAllCases = afterSignIn({
  "many grants are revoked as each would be by itself, with an event each, in the order of ids": async (
    bench,
  ) => {
    const grants = await some(bench, 5);
    const kept = await bench.grant(grants[0]?.clientId);
    const now = (bench.clock.at += SECOND);
    assert.equal(await revokeAll(bench.store, grants.toReversed()), 5);
    for (const grant of grants) {
      const row = { ...grant, revokedAt: now, revokedReason: "revoked_by_operator" };
      assert.deepEqual(await bench.store.grants.find(grant.id), row);
      assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
    }
    assert.equal((await bench.refresh(kept, 0)).outcome, "rotated");
    const events = await bench.store.events.list({ type: "grant.revoked" }, 10);
    assert.deepEqual(await revokedIds(bench), idsOf(grants).toSorted());
    for (const { grantId, clientId, subject, at, data } of events) {
      const { clientId: ofGrant, subject: its } = found(grants.find(({ id }) => id === grantId));
      assert.deepEqual([clientId, subject, at], [ofGrant, its, now]);
      assert.deepEqual(data, { reason: "revoked_by_operator", actor: ACTOR, generation: 0 });
    }
    assert.deepEqual(
      bench.told.filter(({ type }) => type === "grant.revoked"),
      events,
    );
    const feed = found(await bench.store.events.revocations({ id: 0, at: 0 }, 2));
    assert.deepEqual(feed.events, events.slice(0, 2));
  },

  "what was revoked before, and what is no grant, does not count and is not recorded again": async (
    bench,
  ) => {
    const grants = await some(bench, 3);
    await bench.store.grants.revoke(found(grants[1]).id, "revoked_by_client", ACTOR);
    const ids = [...idsOf(grants), uuid(), "", "' OR 1 = 1 --"];
    assert.equal(await bench.store.grants.revokeAll(ids, "revoked_by_operator", ACTOR), 2);
    assert.equal(await bench.store.grants.revokeAll(ids, "revoked_by_operator", ACTOR), 0);
    assert.equal(await bench.store.grants.revokeAll([], "revoked_by_operator", ACTOR), 0);
    assert.equal((await bench.store.grants.find(found(grants[1]).id))?.revokedReason, "revoked_by_client");
    assert.equal((await revokedIds(bench)).length, 3);
  },

  "two revocations of the same grants count and record each once": async (bench) => {
    const grants = await some(bench, 40);
    const counts = await Promise.all([
      revokeAll(bench.store, grants),
      revokeAll(bench.store, grants.toReversed()),
      revokeAll(bench.store, grants.slice(10, 30)),
    ]);
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      40,
    );
    assert.deepEqual((await revokedIds(bench)).toSorted(), idsOf(grants).toSorted());
  },

  "a refresh that races a revocation of many is refused from then on": async (bench) => {
    const grants = await some(bench, 20);
    const refreshes = () => Promise.all(grants.map((grant) => bench.refresh(grant, 0)));
    const [results, count] = await Promise.all([refreshes(), revokeAll(bench.store, grants), refreshes()]);
    assert.equal(count, 20);
    for (const { outcome } of results)
      assert.ok(["rotated", "retried", "revoked"].includes(outcome), outcome);
    const rows = await bench.store.grants.list({}, { limit: 20 });
    for (const row of rows) {
      assert.equal((await bench.refresh(row, row.generation)).outcome, "revoked");
      const [event] = await bench.store.events.list({ type: "grant.revoked", grantId: row.id }, 2);
      assert.equal(event?.data["generation"], row.generation);
    }
  },

  "a subject is signed out of every browser, and no other is": async (bench) => {
    const { signIns } = bench.store;
    const second = { ...SIGN_IN, digest: digest(), authTime: START - HOUR };
    const other = { ...SIGN_IN, digest: digest(), subject: "subject-2" };
    for (const signIn of [second, other]) await signIns.start(signIn);
    assert.equal(await signIns.endAll(SIGN_IN.subject, START), 1);
    assert.equal(await signIns.find(second.digest), undefined);
    assert.equal(await signIns.endAll(SIGN_IN.subject, ALWAYS), 1);
    assert.equal(await signIns.endAll(SIGN_IN.subject, ALWAYS), 0);
    assert.equal(await signIns.endAll("\0", ALWAYS), 0);
    assert.equal(await signIns.find(SIGN_IN.digest), undefined);
    assert.notEqual(await signIns.find(other.digest), undefined);
    // So that a restored copy ends them too.
    const ended = await bench.store.events.list({ type: "sign_in.ended" }, 10);
    const digests = [second.digest, SIGN_IN.digest].map((of) => ({ digest: of.toString("hex") }));
    assert.deepEqual(
      ended.map(({ data }) => data),
      digests,
    );
  },

  "an answer of the login provider that was not used yet signs no browser in": async (bench) => {
    const { logins, signIns } = bench.store;
    const answered = async (authTime: number | undefined, subject = SIGN_IN.subject) => {
      const login = { digest: digest(), user: { subject, name: "Ada", authTime } };
      await logins.decide({ ...login, expiresAt: START + HOUR });
      return login.digest;
    };
    const use = async (of: Buffer) =>
      (await logins.use(of, { digest: digest(), ttl: 60, replaces: null })).outcome;
    const [earlier, now, other] = [
      await answered(START - HOUR),
      await answered(undefined),
      await answered(undefined, "subject-2"),
    ];
    const later = await answered(undefined);
    await signIns.endAll(SIGN_IN.subject, START);
    assert.deepEqual([await use(earlier), await use(now)], ["unknown", "started"]);
    await signIns.endAll(SIGN_IN.subject, ALWAYS);
    assert.deepEqual([await use(later), await use(other)], ["unknown", "started"]);
  },

  "a code that was not redeemed yet expires, if it matches": async (bench) => {
    const { codes } = bench.store;
    const clients = [(await bench.client()).id, (await bench.client()).id] as const;
    const issue = async (clientId: string, changes = {}) => {
      const code = newCode(clientId, changes);
      assert.equal(await codes.issue(code), "issued");
      return async () => (await codes.redeem(presentedCode(code))).outcome;
    };
    const spent = await issue(clients[0]);
    assert.equal(await spent(), "redeemed");
    const matching = await issue(clients[0]);
    const kept = [
      await issue(clients[1]),
      await issue(clients[0], { subject: "subject-2" }),
      await issue(clients[0], { authTime: START }),
    ] as const;
    const filter = { subject: SIGN_IN.subject, clientId: clients[0], authenticatedBefore: START };
    assert.equal(await codes.expire(filter), START);
    assert.equal(await matching(), "code_expired");
    await codes.expire({ ...OF_SUBJECT, clientId: uuid() });
    await codes.expire({ ...OF_SUBJECT, subject: "\0" });
    for (const redeem of kept.slice(0, 2)) assert.equal(await redeem(), "redeemed");
    await codes.expire({ clientId: clients[0], authenticatedBefore: ALWAYS });
    assert.equal(await kept[2](), "code_expired");
    // What was redeemed before is still recognised.
    assert.equal(await spent(), "code_reused");
  },

  "a device that was allowed and has not come for its grant gets none": async (bench) => {
    const { devices, codes } = bench.store;
    const { id } = await bench.client();
    const asked = async (subject: string | null) => {
      const request = newDeviceRequest(id);
      assert.equal(await devices.request(request), "requested");
      const decision = { authTime: START, allowed: true, signIn: SIGN_IN.digest };
      if (subject !== null) await devices.decide(request.userCode, { ...decision, subject });
      return async () => (await devices.poll(presentedDeviceCode(request))).outcome;
    };
    const [allowed, other, pending] = [
      await asked(SIGN_IN.subject),
      await asked("subject-2"),
      await asked(null),
    ];
    await codes.expire(OF_SUBJECT);
    assert.deepEqual(
      [await allowed(), await other(), await pending()],
      ["code_expired", "redeemed", "authorization_pending"],
    );
  },

  "nothing is authorized with a sign-in that has ended": async (bench) => {
    const { codes, devices, signIns } = bench.store;
    const { id } = await bench.client();
    const request = newDeviceRequest(id);
    await devices.request(request);
    await signIns.endAll(SIGN_IN.subject, ALWAYS);
    assert.equal(await codes.issue(newCode(id, { consented: true })), "signed_out");
    const decision = { subject: SIGN_IN.subject, authTime: START, allowed: true, signIn: SIGN_IN.digest };
    assert.equal(await devices.decide(request.userCode, decision), "signed_out");
    assert.equal((await devices.find(request.userCode))?.state, "pending");
    assert.equal(await bench.store.consents.find(SIGN_IN.subject, id), undefined);
  },

  "no code that races the end of its sign-in becomes a grant": async (bench) => {
    const { codes, signIns } = bench.store;
    const { id } = await bench.client();
    const asked = Array.from({ length: 20 }, () => newCode(id));
    const end = async () => {
      await signIns.endAll(SIGN_IN.subject, ALWAYS);
      return codes.expire(OF_SUBJECT);
    };
    const redeemed = async (code: (typeof asked)[number]) => {
      await codes.issue(code);
      return codes.redeem(presentedCode(code));
    };
    const [at, ...results] = await Promise.all([end(), ...asked.map((code) => redeemed(code))]);
    for (const result of results) {
      if (result.outcome === "redeemed") assert.ok(result.grant.createdAt <= at);
      else assert.ok(["unknown_code", "code_expired"].includes(result.outcome), result.outcome);
    }
  },
});
