import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { freePort } from "../test/ports.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import * as express from "./express.ts";
import * as hono from "./hono.ts";
import * as resourceServerExpress from "./resource-server-express.ts";
import * as resourceServerFastify from "./resource-server-fastify.ts";
import * as resourceServerHono from "./resource-server-hono.ts";

for (const [name, { start }] of Object.entries({ hono, express })) {
  test(`mounted in ${name}, a grant of the host's subject is refreshed under the mount path`, async () => {
    const folder = temporaryFolder("example");
    const port = await freePort();
    const { regrant, stop } = await start({ port, database: `sqlite:${folder}/example.db` });
    try {
      const { client_id, client_secret = "" } = await regrant.admin.clients.create({ name: "Example" });
      const first = await regrant.issue({ clientId: client_id, subject: "customer-7" });

      const response = await fetch(`http://127.0.0.1:${port}/auth/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({
          client_id,
          client_secret,
          grant_type: "refresh_token",
          refresh_token: first.refresh_token ?? "",
        }),
      });

      assert.equal(response.status, 200);
      const answer = (await response.json()) as Record<string, unknown>;
      assert.notEqual(answer["refresh_token"], first.refresh_token);
      assert.equal(answer["expires_in"], 3600);
      const origin = `http://127.0.0.1:${port}`;
      for (const path of [
        "/.well-known/oauth-authorization-server/auth",
        "/auth/.well-known/oauth-authorization-server",
      ]) {
        const metadata = (await (await fetch(origin + path)).json()) as { issuer: string };
        assert.equal(metadata.issuer, `${origin}/auth`);
      }
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "The host's own page");
    } finally {
      await stop();
      rmSync(folder, { recursive: true });
    }
  });
}

for (const [name, example] of Object.entries({
  hono: resourceServerHono,
  express: resourceServerExpress,
  fastify: resourceServerFastify,
})) {
  test(`a resource server in ${name} takes a token with its scope, until the session is revoked`, async () => {
    const folder = temporaryFolder("example");
    const [authPort, port] = [await freePort(), await freePort()];
    const issuer = `http://127.0.0.1:${authPort}/auth`;
    const { regrant, stop: stopAuth } = await hono.start({
      port: authPort,
      database: `sqlite:${folder}/a.db`,
    });
    const reader = await regrant.admin.clients.create({ name: "API", resourceServer: true });
    const clientId = reader.client_id;
    const { stop } = await example.start({
      port,
      issuer,
      clientId,
      clientSecret: reader.client_secret ?? "",
    });
    try {
      const orders = (token?: string) =>
        fetch(
          `http://127.0.0.1:${port}/orders`,
          token ? { headers: { authorization: `Bearer ${token}` } } : {},
        );
      const { client_id } = await regrant.admin.clients.create({ name: "Shop", scopes: ["read", "write"] });
      const issue = (scope: string) => regrant.issue({ clientId: client_id, subject: "customer-7", scope });
      const token = (await issue("read")).access_token;
      const answered = await orders(token);
      assert.deepEqual(await answered.json(), { orders: [], of: "customer-7" });
      assert.equal((await orders((await issue("write")).access_token)).status, 403);

      const bare = await orders();
      const [, metadata = ""] =
        /resource_metadata="(.*)"/.exec(bare.headers.get("www-authenticate") ?? "") ?? [];
      const document = (await (await fetch(metadata)).json()) as Record<string, unknown>;
      assert.deepEqual(document["authorization_servers"], [issuer]);

      for (const { grant_id: id } of (await regrant.admin.grants.list({ clientId: client_id })).items) {
        await regrant.admin.grants.revoke(id, { actor: "test" });
      }
      const deadline = Date.now() + 10_000;
      while ((await orders(token)).status !== 401) assert.ok(Date.now() < deadline, "still taken");
    } finally {
      await stop();
      await stopAuth();
      rmSync(folder, { recursive: true });
    }
  });
}
