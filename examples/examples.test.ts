import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as express from "./express.ts";
import * as hono from "./hono.ts";

for (const [name, { start }] of Object.entries({ hono, express })) {
  test(`mounted in ${name}, a grant of the host's subject is refreshed under the mount path`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "regrant-example-"));
    const port = await freePort();
    const { regrant, stop } = await start({ port, database: `sqlite:${folder}/example.db` });
    try {
      const { client_id, client_secret = "" } = await regrant.createClient({ name: "Example" });
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
      const metadata = await fetch(`http://127.0.0.1:${port}/auth/.well-known/oauth-authorization-server`);
      assert.equal(((await metadata.json()) as { issuer: string }).issuer, `http://127.0.0.1:${port}/auth`);
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "The host's own page");
    } finally {
      await stop();
      rmSync(folder, { recursive: true });
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
