import assert from "node:assert/strict";
import type { NewSignIn } from "../authorization.ts";
import { ACTOR } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { HOUR, SECOND, digest } from "./fixtures.ts";

function newSignIn(changes: Partial<NewSignIn> = {}): NewSignIn {
  return { digest: digest(), subject: "s-1", name: "ada", ttl: 3600, replaces: null, ...changes };
}

export const signInCases: Cases = {
  "a sign-in is found by its digest until it expires": async (bench) => {
    const { store, clock } = bench;
    const asked = newSignIn();
    const { digest: of, subject, name } = asked;
    const signIn = { digest: of, subject, name, authTime: clock.at, acr: null, expiresAt: clock.at + HOUR };
    assert.deepEqual(await store.signIns.start(asked), { outcome: "started", signIn });
    assert.deepEqual(await store.signIns.find(of), signIn);
    assert.equal(await store.signIns.find(digest()), undefined);
    const event = await bench.lastEvent();
    assert.deepEqual([event.type, event.subject], ["sign_in.started", "s-1"]);
    clock.at += HOUR - 1;
    assert.deepEqual(await store.signIns.find(of), signIn);
    clock.at += 1;
    assert.equal(await store.signIns.find(of), undefined);
  },

  "a sign-in that is ended, or replaced by another, is gone": async (bench) => {
    const { signIns } = bench.store;
    const [first, second] = [newSignIn(), newSignIn()];
    await signIns.start(first);
    await signIns.start({ ...second, replaces: first.digest });
    assert.equal(await signIns.find(first.digest), undefined);
    assert.equal((await signIns.find(second.digest))?.subject, "s-1");
    assert.equal(await signIns.end(second.digest), true);
    assert.equal(await signIns.find(second.digest), undefined);
    assert.equal(await signIns.end(second.digest), false);
    const started = "sign_in.started";
    assert.deepEqual(await bench.eventTypes(), [started, "sign_in.ended", started, "sign_in.ended"]);
  },

  "disabling an account or changing its password ends its sign-ins, and no other's": async (bench) => {
    const { accounts, signIns } = bench.store;
    await accounts.create({ subject: "s-1", username: "ada", passwordHash: null }, ACTOR);
    const other = newSignIn({ subject: "s-2" });
    await signIns.start(other);

    const before = newSignIn();
    await signIns.start(before);
    bench.clock.at += SECOND;
    await accounts.setPasswordHash("s-1", "$argon2id$two", ACTOR);
    assert.equal(await signIns.find(before.digest), undefined);

    const after = newSignIn();
    await signIns.start(after);
    bench.clock.at += SECOND;
    await accounts.disable("s-1", ACTOR);
    assert.equal(await signIns.find(after.digest), undefined);
    assert.deepEqual(await signIns.start(newSignIn()), { outcome: "account_disabled" });
    assert.notEqual(await signIns.find(other.digest), undefined);
  },

  "no sign-in survives a disabling that it races": async (bench) => {
    const { accounts, signIns } = bench.store;
    await accounts.create({ subject: "s-1", username: "ada", passwordHash: null }, ACTOR);
    const asked = Array.from({ length: 5 }, () => newSignIn());
    await Promise.all([
      ...asked.slice(0, 3).map((signIn) => signIns.start(signIn)),
      accounts.disable("s-1", ACTOR),
      ...asked.slice(3).map((signIn) => signIns.start(signIn)),
    ]);
    for (const { digest: of } of asked) assert.equal(await signIns.find(of), undefined);
  },

  "only an enabled operator signs in at the console, or gets a link for it": async (bench) => {
    const { accounts, signIns } = bench.store;
    const of = (as: "session" | "link") => ({ ...newSignIn({ ttl: 600 }), as, actor: ACTOR });
    assert.deepEqual(await signIns.startOperator(of("session")), { outcome: "not_operator" }, "no account");
    await accounts.create({ subject: "s-1", username: "ada", passwordHash: "$argon2id$one" }, ACTOR);
    assert.deepEqual(await signIns.startOperator(of("session")), { outcome: "not_operator" });
    await accounts.setRole("s-1", "operator", ACTOR);
    const outdated = { ...of("session"), passwordHash: "$argon2id$old" };
    assert.deepEqual(await signIns.startOperator(outdated), { outcome: "wrong_password" });

    const link = of("link");
    assert.equal((await signIns.startOperator(link)).outcome, "started");
    const made = await bench.lastEvent();
    assert.deepEqual([made.type, made.subject], ["operator.link_created", "s-1"]);
    assert.deepEqual(made.data, { expires_at: bench.clock.at + 600 * SECOND, actor: ACTOR });
    const session = of("session");
    assert.equal((await signIns.startOperator(session)).outcome, "started");
    assert.equal((await bench.lastEvent()).type, "operator.signed_in");
    const uses = await Promise.all([signIns.end(link.digest), signIns.end(link.digest)]);
    assert.deepEqual(uses.toSorted(), [false, true], "a link is used once");

    bench.clock.at += SECOND;
    await accounts.disable("s-1", ACTOR);
    assert.equal(await signIns.find(session.digest), undefined);
    assert.deepEqual(await signIns.startOperator(of("session")), { outcome: "account_disabled" });
  },

  "a sign-out of another copy of the store is applied": async (bench) => {
    const { store } = bench;
    const signIn = newSignIn();
    await store.signIns.start(signIn);
    const data = { digest: signIn.digest.toString("hex") };
    const event = { id: 9, at: bench.clock.at, type: "sign_in.ended", subject: "s-1", data } as const;
    assert.equal(await store.events.replay(event), true);
    assert.equal(await store.signIns.find(signIn.digest), undefined);
    assert.deepEqual((await bench.lastEvent()).data, data);
    assert.equal(await store.events.replay(event), false);
  },

  "expired sign-ins are swept, and no others, however many there are": async (bench) => {
    const { store, clock } = bench;
    const expiring = Array.from({ length: 5 }, () => newSignIn({ ttl: 1 }));
    for (const signIn of expiring) await store.signIns.start(signIn);
    const living = newSignIn();
    await store.signIns.start(living);
    clock.at += SECOND;
    let removed = 0;
    for (let done = false; !done;) {
      const swept = await store.sweep({ limit: 2, eventRetention: 3600 });
      removed += swept.removed;
      ({ done } = swept);
    }
    assert.equal(removed, 5);
    assert.notEqual(await store.signIns.find(living.digest), undefined);
  },
};
