// The scopes of Regrant's own APIs, at each door where a client could get one that no operator gave it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { DEVICE_CODE, GRANT_TYPES } from "../../client-settings/grant-types.ts";
import { startService } from "../../testing.ts";

const service = await startService({ admin: "on", registration: "open" });
after(() => service.close());

const RESERVED = ["regrant:admin", "regrant:admin.read"];

test("an operator can give it to a confidential client with client_credentials alone", async () => {
  const { admin } = service.service;
  const good = { name: "Panel", grantTypes: ["client_credentials"], scopes: ["regrant:admin"] } as const;
  const refused = async (changes: object, why: RegExp) =>
    assert.rejects(
      admin.clients.create({ ...good, ...changes }),
      (error: { violations: { message: string }[] }) =>
        why.test(error.violations.map(({ message }) => message).join(" ")),
    );
  await refused({ grantTypes: ["client_credentials", "refresh_token"] }, /another grant type/);
  await refused({ grantTypes: ["password"] }, /another grant type/);
  await refused({ scopes: ["regrant:admin", "read"] }, /beside other scopes/);
  await refused({ public: true, grantTypes: [] }, /public client/);
  await refused({ profile: "passport" }, /another profile/);
  await refused({ selfRegistered: true }, /registered itself/);
  const { client_id: id } = await admin.clients.create(good);
  await assert.rejects(admin.clients.update(id, { grantTypes: ["client_credentials", "password"] }));
});

test("a client that registers itself does not get it", async () => {
  const metadata = { redirect_uris: ["https://app.example/cb"], scope: RESERVED.join(" ") };
  const answer = await service.send("/oauth/register", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(metadata),
  });
  assert.equal(answer.status, 201, answer.text);
  assert.ok(!/regrant:/.test(String(answer.body["scope"])), answer.text);
  await assert.rejects(startService({ registrationScopes: ["regrant:admin"] }), /only an operator can give/);
});

test("a client that had one of these names before they were reserved gets no token with it", async () => {
  // As an earlier version, or the import of another service's clients, may have written it.
  const client = await service.client({ grantTypes: GRANT_TYPES, scopes: ["read", ...RESERVED] });
  const subject = await service.account("ada", "correct horse");
  const user = { username: "ada", password: "correct horse" };
  for (const scope of RESERVED) {
    const asked = [
      await service.token({ grant_type: "password", ...user, ...client.credentials, scope }),
      await service.token({ grant_type: "client_credentials", ...client.credentials, scope }),
      await service.post("/oauth/device_authorization", { ...client.credentials, scope }),
    ];
    for (const { status, body } of asked) {
      assert.deepEqual([status, body["error"]], [400, "invalid_scope"], JSON.stringify(body));
    }
  }
  for (const grant_type of ["password", "client_credentials"]) {
    const { body } = await service.token({ grant_type, ...user, ...client.credentials });
    const { claims } = await service.verified(String(body["access_token"]));
    assert.equal(claims["scope"], "read", grant_type);
  }
  assert.ok(GRANT_TYPES.includes(DEVICE_CODE));
  assert.ok(subject);
});

test("a token for the admin API cannot be one for another API", async () => {
  const client = await service.client({ grantTypes: ["client_credentials"], scopes: ["regrant:admin"] });
  const ask = (resource: string) =>
    service.token({ grant_type: "client_credentials", ...client.credentials, resource });
  const refused = await ask("https://auth.example");
  assert.deepEqual([refused.status, refused.body["error"]], [400, "invalid_target"]);
  assert.equal((await ask("https://auth.example/admin/v1")).status, 200);
  const other = await service.client({ grantTypes: ["client_credentials"], scopes: ["read"] });
  const foreign = await service.token({
    grant_type: "client_credentials",
    ...other.credentials,
    resource: "https://auth.example/admin/v1",
  });
  assert.equal(foreign.body["error"], "invalid_target");
});
