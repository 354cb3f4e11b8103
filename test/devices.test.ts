import assert from "node:assert/strict";
import { test } from "node:test";
import { postgres, sqliteShared } from "./engines.ts";
import { freePort } from "./ports.ts";
import { needChromium } from "./need.ts";
import { Person } from "./person.ts";
import { post } from "./token-request.ts";

const browser = await needChromium();
const ACCOUNT = { username: "ada", password: "correct horse battery" };
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

for (const [database, engine] of Object.entries({ SQLite: sqliteShared, PostgreSQL: postgres })) {
  test(
    `a registration and a device's code outlive kill -9 and hold on another node, on ${database}`,
    { skip: browser.missing, timeout: 120_000 },
    async (t) => {
      const { service } = await engine.prepare(t);
      const port = await freePort();
      const env = {
        REGRANT_ISSUER: `http://127.0.0.1:${port}`,
        REGRANT_REGISTRATION: "open",
        REGRANT_REGISTRATION_SCOPES: "read",
      };
      const subject = await service.createAccount(ACCOUNT.username, ACCOUNT.password);
      const first = await service.serve({ port, env });
      const other = await service.serve({ env });

      const registered = await fetch(`${first.url}/oauth/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_types: [DEVICE_CODE, "refresh_token"],
          token_endpoint_auth_method: "none",
        }),
      });
      const client = (await registered.json()) as Record<string, string>;
      assert.equal(registered.status, 201, JSON.stringify(client));
      const { client_id = "", registration_access_token: token } = client;
      const asked = (await post(`${first.url}/oauth/device_authorization`, { client_id })).body as unknown;
      const { device_code = "", verification_uri_complete = "" } = asked as Record<string, string>;
      await first.kill();

      const poll = { grant_type: DEVICE_CODE, device_code, client_id };
      const waiting = await post(`${other.url}/oauth/token`, poll);
      assert.equal((waiting.body as unknown as { error: string }).error, "authorization_pending");
      const managed = await fetch(`${other.url}/oauth/register/${client_id}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(managed.status, 200);

      const again = await service.serve({ port, env });
      const person = await Person.at(t, browser, ACCOUNT);
      await person.page.goto(verification_uri_complete);
      await person.signIn();
      await person.allow();
      await person.page.getByRole("status").waitFor();
      await again.kill();

      const answers = await Promise.all([1, 2, 3].map(() => post(`${other.url}/oauth/token`, poll)));
      for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
      assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
      const [claims = ""] = (answers[0]?.body.access_token ?? "").split(".").slice(1);
      assert.equal((JSON.parse(Buffer.from(claims, "base64url").toString()) as { sub: string }).sub, subject);
    },
  );
}
