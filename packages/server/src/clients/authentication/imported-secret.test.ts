import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newClientSettings } from "../../client-settings/settings.ts";
import { issuedVectors } from "../../passport/vectors/vectors.ts";
import type { ClientSecret } from "../../store/store.ts";
import { startService } from "../../testing.ts";
import type { TestService } from "../../testing.ts";

const stack = issuedVectors.stacks.find((one) => one.stack === "passport-13.x");
const HASH = stack?.clients[0]?.secret ?? "";
const SECRET = stack?.tokens[0]?.client_secret ?? "";

let service: TestService;
before(async () => {
  service = await startService();
});
after(() => service.close());

async function importClient(id: string, secret: ClientSecret): Promise<void> {
  const defaults = { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 30 };
  const settings = newClientSettings({ name: "Imported", grantTypes: ["client_credentials"] }, defaults);
  const client = { ...settings, id, public: false, secrets: [secret] };
  assert.equal(await service.deps.store.clients.create(client, "test"), true);
}

function authenticate(id: string, secret: string): Promise<number> {
  const parameters = { grant_type: "client_credentials", client_id: id, client_secret: secret };
  return service.post("/oauth/token", parameters).then(({ status }) => status);
}

test("a secret that was imported as a bcrypt hash is right, and kept as SHA-256 from then on", async () => {
  await importClient("1", { slowHash: HASH, expiresAt: null });
  assert.equal(await authenticate("1", "wrong"), 401);
  assert.ok("slowHash" in ((await service.deps.store.clients.find("1"))?.secrets[0] ?? {}));
  const together = await Promise.all(Array.from({ length: 80 }, () => authenticate("1", SECRET)));
  assert.deepEqual(new Set(together), new Set([200]), "one check answers them all");
  const secrets = (await service.deps.store.clients.find("1"))?.secrets ?? [];
  assert.equal(secrets.length, 1);
  assert.ok("digest" in (secrets[0] ?? {}));
  assert.equal(await authenticate("1", SECRET), 200);
  assert.equal(await authenticate("1", HASH), 401, "the hash is no secret");
});

test("an imported secret that has run out, or whose client is disabled, is refused", async () => {
  await importClient("2", { slowHash: HASH, expiresAt: service.clock.at });
  assert.equal(await authenticate("2", SECRET), 401);
  await importClient("3", { slowHash: HASH, expiresAt: null });
  await service.deps.store.clients.disable("3", "test");
  const refused = await service.refused(
    () =>
      service.post("/oauth/token", {
        grant_type: "client_credentials",
        client_id: "3",
        client_secret: SECRET,
      }),
    { status: 401, error: "invalid_client", cause: "client_disabled" },
  );
  assert.match(refused.headers.get("www-authenticate") ?? "", /^Basic /);
});

test("after too many failures no slow hash is computed, and a secret that was right before is not refused", async () => {
  const limited = await startService({ clientFailuresPerMinute: 3 });
  const own = service;
  service = limited;
  try {
    await importClient("4", { slowHash: HASH, expiresAt: null });
    await importClient("5", { slowHash: HASH, expiresAt: null });
    assert.equal(await authenticate("4", SECRET), 200);
    for (let i = 0; i < 3; i += 1) assert.equal(await authenticate("5", `wrong ${i}`), 401);
    assert.equal(await authenticate("5", "wrong"), 429);
    assert.equal(await authenticate("5", SECRET), 429, "only the slow hash could tell");
    assert.equal(await authenticate("4", SECRET), 200, "which this one does not need any more");
    limited.caller.address = "192.0.2.2";
    assert.equal(await authenticate("5", SECRET), 200, "another address");
    limited.caller.address = "192.0.2.1";
    assert.equal(await authenticate("5", SECRET), 200, "from now on");
  } finally {
    service = own;
    await limited.close();
  }
});
