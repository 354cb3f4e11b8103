import assert from "node:assert/strict";
import type { Account } from "../store.ts";
import { ACTOR } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { SECOND, SIGN_IN, digest, newGrant } from "./fixtures.ts";

const ADA = { subject: "s-1", username: "ada", passwordHash: "$argon2id$one" };

export const accountCases: Cases = {
  "an account is found by subject and by username": async ({ store, clock, ...bench }) => {
    assert.equal(await store.accounts.create(ADA, ACTOR), true);
    const expected: Account = { ...ADA, createdAt: clock.at, disabledAt: null, role: null };
    assert.deepEqual(await store.accounts.find("s-1"), expected);
    assert.deepEqual(await store.accounts.findByUsername("ada"), expected);
    assert.equal(await store.accounts.find("ada"), undefined);
    assert.equal(await store.accounts.findByUsername("s-1"), undefined);
    const { type, subject, data } = bench.told.at(-1) ?? {};
    assert.deepEqual([type, subject, data?.["actor"]], ["account.created", "s-1", ACTOR]);
    assert.ok(!JSON.stringify(bench.told).includes("argon2id"), "no event holds a hash");
  },

  "a username or subject that is taken is refused, and its account stays as it is": async (bench) => {
    const { accounts } = bench.store;
    await accounts.create(ADA, ACTOR);
    const events = await bench.eventTypes();
    const before = await accounts.find("s-1");
    assert.equal(await accounts.create({ ...ADA, subject: "s-2" }, ACTOR), false);
    assert.equal(await accounts.create({ ...ADA, username: "grace" }, ACTOR), false);
    assert.deepEqual(await accounts.find("s-1"), before);
    assert.equal(await accounts.find("s-2"), undefined);
    assert.deepEqual(await bench.eventTypes(), events);
  },

  "of accounts made at once with one username, one is made": async ({ store }) => {
    const subjects = ["s-1", "s-2", "s-3"];
    const made = await Promise.all(
      subjects.map((subject) => store.accounts.create({ ...ADA, subject }, ACTOR)),
    );
    assert.equal(made.filter(Boolean).length, 1);
    assert.equal((await store.accounts.list({ limit: 10 })).length, 1);
  },

  "accounts are listed page by page without gap": async ({ store }) => {
    const subjects = ["a", "b", "c", "d", "e"];
    for (const subject of subjects) {
      await store.accounts.create({ subject, username: `user-${subject}`, passwordHash: null }, ACTOR);
    }
    const first = await store.accounts.list({ limit: 3 });
    const rest = await store.accounts.list({ limit: 3, after: first.at(-1)?.subject });
    assert.deepEqual(
      [...first, ...rest].map(({ subject }) => subject),
      subjects,
    );
  },

  "a password is set with an event, upgraded without one, and taken away": async (bench) => {
    const { accounts } = bench.store;
    await accounts.create(ADA, ACTOR);
    const hash = async (): Promise<unknown> => (await accounts.find("s-1"))?.passwordHash;
    const changes = async (): Promise<number> =>
      (await bench.eventTypes()).filter((type) => type === "account.password_changed").length;

    assert.equal(await accounts.setPasswordHash("s-1", "$argon2id$two", ACTOR), true);
    assert.deepEqual([await hash(), await changes()], ["$argon2id$two", 1]);
    assert.equal(await accounts.upgradePasswordHash("s-1", "$argon2id$one", "$argon2id$three"), false);
    assert.equal(await accounts.upgradePasswordHash("s-1", "$argon2id$two", "$argon2id$three"), true);
    assert.deepEqual([await hash(), await changes()], ["$argon2id$three", 1]);
    assert.equal(await accounts.setPasswordHash("s-1", null, ACTOR), true);
    assert.deepEqual([await hash(), await changes()], [null, 2]);
    assert.equal(await accounts.setPasswordHash("s-2", "$argon2id$four", ACTOR), false);
    assert.ok(!JSON.stringify(bench.told).includes("argon2id"), "no event holds a hash");
  },

  "a password that was checked before it was changed begins no grant and no sign-in": async (bench) => {
    const { accounts, grants, signIns } = bench.store;
    const { subject, passwordHash } = ADA;
    await accounts.create(ADA, ACTOR);
    const { id } = await bench.client();
    const asked = () => newGrant(id, { subject, passwordHash });
    const signIn = () => ({ ...SIGN_IN, digest: digest(), subject, passwordHash });
    assert.equal((await grants.create(asked())).outcome, "created");
    assert.equal((await signIns.start(signIn())).outcome, "started");

    // At once: what begins is either ended by the change, or older than it.
    const during = Array.from({ length: 4 }, signIn);
    const [, ...results] = await Promise.all([
      accounts.setPasswordHash(subject, "$argon2id$two", ACTOR),
      ...during.map((one) => signIns.start(one)),
    ]);
    for (const { outcome } of results) assert.ok(["started", "wrong_password"].includes(outcome), outcome);
    for (const one of during) assert.equal(await signIns.find(one.digest), undefined);

    const events = await bench.eventTypes();
    assert.deepEqual(await grants.create(asked()), { outcome: "wrong_password" });
    assert.deepEqual(await signIns.start(signIn()), { outcome: "wrong_password" });
    await accounts.setPasswordHash(subject, null, ACTOR);
    assert.deepEqual(await grants.create(asked()), { outcome: "wrong_password" });
    assert.deepEqual(await bench.eventTypes(), [...events, "account.password_changed"]);
    assert.equal((await grants.create(newGrant(id, { subject }))).outcome, "created", "without a password");
  },

  "a role is given and taken away, each with an event, and taking it away ends the account's sign-ins":
    async (bench) => {
      const { accounts, signIns } = bench.store;
      await accounts.create({ ...ADA, role: "operator" }, ACTOR);
      const role = async () => (await accounts.find("s-1"))?.role;
      assert.equal(await role(), "operator");
      assert.equal(await accounts.setRole("s-1", "operator", ACTOR), false);
      const signIn = { ...SIGN_IN, digest: digest(), subject: "s-1" };
      await signIns.start(signIn);
      assert.equal(await accounts.setRole("s-1", null, ACTOR), true);
      assert.equal(await accounts.setRole("s-1", null, ACTOR), false);
      assert.deepEqual([await role(), await signIns.find(signIn.digest)], [null, undefined]);
      assert.equal(await accounts.setRole("s-1", "operator", ACTOR), true);
      assert.equal(await accounts.setRole("s-2", "operator", ACTOR), false, "no such account");
      const changes = await bench.store.events.list({ type: "account.role_changed" }, 10);
      assert.deepEqual(
        changes.map(({ data }) => data),
        ["operator", null, "operator"].map((given) => ({ role: given, actor: ACTOR })),
      );
    },

  "a lost role of another copy of the store is lost here, unless a newer event gave it again": async (
    bench,
  ) => {
    const { store, clock } = bench;
    await store.accounts.create({ ...ADA, role: "operator" }, ACTOR);
    const at = (clock.at += SECOND);
    const event = (role: "operator" | null) =>
      ({ id: 9, at, type: "account.role_changed", subject: "s-1", data: { role, actor: "cli:x" } }) as const;
    assert.equal(await store.events.replay(event("operator")), false);
    assert.equal(await store.events.replay(event(null)), true);
    assert.equal((await store.accounts.find("s-1"))?.role, null);
    clock.at += SECOND;
    await store.accounts.setRole("s-1", "operator", ACTOR);
    assert.equal(await store.events.replay(event(null)), false);
    assert.equal((await store.accounts.find("s-1"))?.role, "operator");
  },

  "disabling ends the account's grants for good; after enabling, new ones work": async (bench) => {
    const { accounts, grants } = bench.store;
    await accounts.create(ADA, ACTOR);
    const one = await bench.grant(undefined, { subject: "s-1" });
    const two = await bench.grant(undefined, { subject: "s-1" });
    const others = await bench.grant(one.clientId, { subject: "s-2" });
    const disabledAt = (bench.clock.at += SECOND);
    assert.equal(await accounts.disable("s-1", ACTOR), true);
    assert.equal(await accounts.disable("s-1", ACTOR), false);
    assert.equal((await accounts.find("s-1"))?.disabledAt, disabledAt);
    for (const grant of [one, two]) {
      assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
      assert.equal((await grants.find(grant.id))?.revokedReason, "account_disabled");
    }
    assert.equal((await bench.refresh(others, 0)).outcome, "rotated");

    bench.clock.at += SECOND;
    assert.equal(await accounts.enable("s-1", ACTOR), true);
    assert.equal(await accounts.enable("s-1", ACTOR), false);
    assert.equal((await accounts.find("s-1"))?.disabledAt, null);
    const after = await bench.grant(one.clientId, { subject: "s-1" });
    assert.equal((await bench.refresh(one, 0)).outcome, "revoked");
    assert.equal((await bench.refresh(after, 0)).outcome, "rotated");
    const types = (await bench.store.events.list({ subject: "s-1", type: "account" }, 10)).map(
      ({ type }) => type,
    );
    assert.deepEqual(types, ["account.created", "account.disabled", "account.enabled"]);
    assert.equal(await accounts.disable("s-2", ACTOR), false, "no such account");
    assert.equal(await accounts.enable("s-2", ACTOR), false, "no such account");
  },
};
