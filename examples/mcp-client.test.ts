import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { clientSecretBasic, createTokenClient, memoryStore } from "@regrant/client";
import { freePort } from "../test/ports.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import * as hono from "./hono.ts";
import { connect } from "./mcp-client.ts";
import * as mcpServer from "./mcp-server.ts";

test("an MCP client whose token is refused goes on with one refresh", async (t) => {
  const folder = temporaryFolder("example");
  const port = await freePort();
  const auth = await hono.start({ port, database: `sqlite:${folder}/a.db` });
  t.after(async () => {
    await auth.stop();
    rmSync(folder, { recursive: true });
  });
  const issuer = `http://127.0.0.1:${port}/auth`;
  const server = await mcpServer.start({ port: await freePort(), issuer });
  t.after(() => server.stop());

  const { client_id: clientId, client_secret: secret = "" } = await auth.regrant.admin.clients.create({
    name: "Assistant",
    scopes: ["notes"],
    audience: server.url,
  });
  const client = createTokenClient({
    tokenEndpoint: `${issuer}/oauth/token`,
    clientId,
    clientAuth: clientSecretBasic(secret),
    key: "notes",
    store: memoryStore(),
  });
  const issued = await auth.regrant.issue({ clientId, subject: "customer-7" });
  await client.set({ ...issued, access_token: `${issued.access_token.slice(0, -4)}AAAA` });

  const mcp = await connect(client, server.url);
  const calls = Array.from({ length: 5 }, () => mcp.callTool({ name: "list_notes" }));
  for (const { content } of await Promise.all(calls)) {
    assert.deepEqual(content, [{ type: "text", text: "No notes of customer-7 yet." }]);
  }
  assert.equal((await client.status()).generation, 2);
  await mcp.close();
});
