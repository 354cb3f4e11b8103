import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyPassword } from "../identity/password-hash.ts";
import { startService } from "../testing.ts";
import {
  accountJson,
  createAccount,
  disableAccount,
  enableAccount,
  findAccount,
  setPassword,
} from "./accounts.ts";

test("an account is created with a trimmed username, and its hash stays out of the JSON", async () => {
  const t = await startService();
  const account = await createAccount(t.deps, { username: " ada ", password: "a pass phrase" }, "host");
  assert.equal(account.username, "ada");
  assert.equal(await verifyPassword("a pass phrase", account.passwordHash), true);
  assert.deepEqual(accountJson(account), {
    subject: account.subject,
    username: "ada",
    has_password: true,
    created_at: new Date(t.clock.at).toISOString(),
    disabled_at: null,
    operator: false,
  });
  const [event] = await t.deps.store.events.list({ type: "account.created" }, 1);
  assert.equal(event?.data["actor"], "host");
  await t.close();
});

test("usernames that no login could name, unusable passwords and an empty subject are invalid", async () => {
  const t = await startService();
  const given: [account: { username: string; password: string; subject?: string }, member: string][] = [
    [{ username: "  ", password: "x" }, "username"],
    [{ username: "ü".repeat(161), password: "x" }, "username"],
    [{ username: "ada", password: "" }, "password"],
    [{ username: "ada", password: "x".repeat(1025) }, "password"],
    [{ username: "ada", password: "x", subject: " " }, "subject"],
  ];
  for (const [account, member] of given) {
    await assert.rejects(createAccount(t.deps, account, "host"), (error: unknown) => {
      const { code, violations } = error as { code: string; violations: { member: string }[] };
      assert.deepEqual([code, violations.map((violation) => violation.member)], ["invalid", [member]]);
      return true;
    });
  }
  assert.deepEqual(await t.deps.store.accounts.list({ limit: 1 }), []);
  await t.close();
});

test("a taken username and a taken subject are a conflict, and say which", async () => {
  const t = await startService();
  await createAccount(t.deps, { username: "ada", password: "x", subject: "customer-7" }, "host");
  const other = (account: { username: string; subject?: string }) =>
    createAccount(t.deps, { password: "x", ...account }, "host");
  await assert.rejects(other({ username: "ADA" }), {
    code: "conflict",
    message: "the username ADA is taken",
  });
  const bySubject = { code: "conflict", message: "the subject customer-7 is taken" };
  await assert.rejects(other({ username: "bea", subject: "customer-7" }), bySubject);
  await t.close();
});

test("an account is found by subject or username, and its changes say whether there was one", async () => {
  const t = await startService();
  const { subject } = await createAccount(t.deps, { username: "ada", password: "old" }, "host");
  const changed = await setPassword(t.deps, "ada", "new", "host");
  assert.equal(await verifyPassword("new", changed.passwordHash), true);
  assert.equal((await disableAccount(t.deps, subject, "host")).changed, true);
  assert.equal((await disableAccount(t.deps, "Ada", "host")).changed, false);
  const { account, changed: enabled } = await enableAccount(t.deps, subject, "host");
  assert.deepEqual([account.disabledAt, enabled], [null, true]);
  await assert.rejects(findAccount(t.deps, "bea"), { code: "not_found", message: "account not found: bea" });
  await t.close();
});
