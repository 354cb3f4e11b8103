import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newClientSecret, secretDigest } from "../clients/authentication/client-secret.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import type { Store } from "../store/store.ts";
import { databasePath, startService } from "../testing.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";
import { Clock } from "../store/contract/fixtures.ts";
import { CommandLine } from "./testing.ts";

/** A store that went on after its backup: the event file of what it did, and the restored copy. */
async function lostStore() {
  const clock = new Clock();
  clock.at = Date.now() - 3_600_000;
  const before = await startService({}, { clock });
  const [kept, disabled] = [await before.client(), await before.client()];
  const subject = await before.account("ada", "old");
  const grants = [await before.grant(kept), await before.grant(kept), await before.grant(disabled)];
  const ids = grants.map(
    ({ refreshToken }) => openRefreshToken(refreshToken, before.deps.keys)?.grantId ?? "",
  );
  await before.deps.store.grants.revoke(ids[1] ?? "", "revoked_by_operator", "cli:root");
  await before.close();
  const restored = new CommandLine();
  for (const suffix of ["", ".key"]) {
    copyFileSync(databasePath(before.folder) + suffix, databasePath(restored.folder) + suffix);
  }

  clock.at += 60_000;
  const after = await startService({}, { clock, folder: before.folder });
  const { store } = after.deps;
  assert.equal((await after.revoke(kept, grants[0]?.refreshToken ?? "")).status, 200);
  await store.clients.disable(disabled.id, "cli:root");
  const secret = newClientSecret();
  await store.clients.rotateSecret(kept.id, secretDigest(secret), 0, "cli:root");
  await store.accounts.setPasswordHash(subject, "$argon2id$new", "cli:root");
  const lost = await after.client({ name: "Lost" });
  await after.grant(lost);
  await after.close();
  const events = await new CommandLine(before.folder).run(["events", "--json"]);
  const file = join(restored.folder, "events.jsonl");
  // A shipped stream often ends in the middle of a line.
  writeFileSync(file, `${events.stdout}{"id":99,"at":"2026-`);
  return { restored, file, kept, disabled, subject, secret, lost, ids };
}

async function inspect<T>(database: string, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore(database);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

test("what ended after the backup ends in the restored store, and what is lost is told", async () => {
  const { restored, file, kept, disabled, subject, secret, lost, ids } = await lostStore();
  const report = await restored.one(["restore", "--replay", file]);
  const { read, known, unchanged, ...rest } = report;
  assert.deepEqual(rest, {
    applied: 4,
    applied_by_type: {
      "grant.revoked": 1,
      "client.disabled": 1,
      "client.secret_rotated": 1,
      "account.password_changed": 1,
    },
    unreadable_lines: 1,
    lost: { grants: 1, clients: [lost.id], accounts: [] },
    settings_to_check: [],
    passwords_to_set: ["ada"],
  });
  assert.equal(Number(read), Number(known) + Number(unchanged) + 4);

  await inspect(databasePath(restored.folder), async (store) => {
    assert.equal((await store.grants.find(ids[0] ?? ""))?.revokedReason, "revoked_by_client");
    assert.notEqual((await store.clients.find(disabled.id))?.disabledAt, null);
    const client = await store.clients.find(kept.id);
    assert.deepEqual(client?.secrets, [{ digest: secretDigest(secret), expiresAt: null }]);
    assert.equal((await store.accounts.find(subject))?.passwordHash, null);
    const [event] = await store.events.list({ type: "store.restored" }, 9);
    assert.deepEqual([event?.data["events"], event?.data["applied"]], [read, 4]);
  });

  const again = await restored.run(["restore", "--replay", "-"], {
    input: `\n${readFileSync(file, "utf8")}`,
  });
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /are in the backup, 0 were applied/);
  assert.match(
    again.stdout,
    new RegExp(`Clients created after the backup are lost\\. .*\\n {2}${lost.id}\n`),
  );
  assert.match(again.stdout, /^1 unreadable line skipped\.$/m);
});

test("a missing file or database is told before anything is made", async () => {
  const regrant = new CommandLine();
  const noDatabase = await regrant.run(["restore", "--replay", "events.jsonl"]);
  assert.equal(noDatabase.code, 1);
  assert.match(noDatabase.stderr, /database not found: .*\n {2}hint: put the backup/);
  await inspect(databasePath(regrant.folder), async () => {});
  const noFile = await regrant.run(["restore", "--replay", "events.jsonl"]);
  assert.deepEqual(
    [noFile.code, noFile.stderr],
    [1, "regrant: cannot read events.jsonl: no such file or directory\n"],
  );
});
