import assert from "node:assert/strict";
import { test } from "node:test";
import { startService } from "../testing.ts";
import { createClient, updateClient } from "./clients.ts";
import type { NewClientInput } from "./clients.ts";

const DEFAULTS = { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 30 };

test("what is not a setting of a client is refused by name, and changes nothing", async () => {
  const t = await startService();
  const { id } = await t.client();
  const before = await t.deps.store.clients.find(id);
  const misspelt = { name: "Shop", scope: ["read"], retryWindows: 60 } as NewClientInput;
  const refused = {
    code: "invalid",
    violations: [
      { member: "scope", message: "scope is not a setting of a client." },
      { member: "retryWindows", message: "retryWindows is not a setting of a client." },
    ],
  };
  await assert.rejects(createClient({ ...t.deps, defaults: DEFAULTS }, misspelt, "host"), refused);
  await assert.rejects(updateClient(t.deps, id, misspelt, "host"), refused);
  assert.deepEqual(await t.deps.store.clients.find(id), before);
  assert.equal((await t.deps.store.clients.list({ limit: 10 })).length, 1);
  await t.close();
});
