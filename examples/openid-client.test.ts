import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createRegrant } from "@regrant/server";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { logIn } from "./openid-client.ts";

test("a login by openid-client goes on as a session that refreshes, with the server's own retry window", async () => {
  const folder = temporaryFolder("openid-client");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const regrant = await createRegrant({
    issuer,
    database: `sqlite:${folder}/example.db`,
    logLevel: "silent",
  });
  server.on("request", (request, response) => void regrant.listener(request, response));
  try {
    const grantTypes = ["password", "refresh_token"] as const;
    const { client_id, client_secret = "" } = await regrant.admin.clients.create({
      name: "Example",
      grantTypes,
    });
    const account = { subject: "customer-7", username: "ada", password: "correct horse" };
    assert.equal((await regrant.admin.accounts.create(account)).subject, "customer-7");

    const login = { issuer, clientId: client_id, clientSecret: client_secret };
    const client = await logIn({ ...login, username: "ada", password: "correct horse" });
    const first = await client.getToken();
    const tokens = await Promise.all(
      Array.from({ length: 10 }, () => client.getToken({ rejected: first.accessToken })),
    );

    assert.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1);
    assert.notEqual(tokens[0]?.accessToken, first.accessToken);
    assert.equal((await client.status()).generation, 2);
  } finally {
    server.close().closeAllConnections();
    await regrant.close();
    rmSync(folder, { recursive: true });
  }
});
