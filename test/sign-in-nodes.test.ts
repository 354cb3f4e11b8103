import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { CALLBACK, TestBrowser, TestRequest } from "../packages/server/src/testing-browser.ts";
import { Service } from "./service.ts";
import type { RunningServer } from "./service.ts";
import { post } from "./token-request.ts";

const ISSUER = "http://127.0.0.1:8787";
const PASSWORD = "correct horse battery staple";

const ENGINES: Record<string, (t: TestContext) => Promise<Record<string, string>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async (t) => {
    const server = await TestServer.start();
    t.after(() => server.stop());
    const key = Buffer.alloc(32, 7).toString("base64url");
    return { REGRANT_DATABASE: await server.newDatabase(), REGRANT_MASTER_KEY: key };
  },
};

for (const [engine, prepare] of Object.entries(ENGINES)) {
  test(
    `on ${engine} a sign-in, a pushed request and a code outlive the process that made them, and any other goes on`,
    { timeout: 120_000 },
    async (t) => {
      const service = await Service.prepare(t, { ...(await prepare(t)), REGRANT_ISSUER: ISSUER });
      await service.createAccount("ada", PASSWORD);
      const flags = [
        "--grant-type",
        "authorization_code",
        "--grant-type",
        "refresh_token",
        "--scope",
        "read",
      ];
      const client = await service.createClient(...flags, "--redirect-uri", CALLBACK);
      const { client_id, client_secret } = client;
      const request = new TestRequest({ id: client_id, credentials: { client_id, client_secret } });
      let node: RunningServer = await service.serve();
      const elsewhere = async () => {
        await node.kill();
        node = await service.serve();
      };
      const browser = new TestBrowser({
        origin: ISSUER,
        fetch: (sent) => fetch(new Request(sent.url.replace(ISSUER, node.url), sent)),
      });

      const { client_id: id, ...parameters } = request.parameters();
      const pushed = await post(`${node.url}/oauth/par`, {
        ...parameters,
        client_id,
        client_secret,
      });
      const request_uri = String((pushed.body as Record<string, unknown>)["request_uri"]);
      await elsewhere();
      const query = new URLSearchParams({ client_id: String(id), request_uri });
      const page = await browser.open(`/oauth/authorize?${query.toString()}`);
      await elsewhere();
      const consent = await browser.submit(page, { username: "ada", password: PASSWORD });
      await elsewhere();
      const code = request.codeOf(await browser.submit(consent, { answer: "allow" }), CALLBACK, ISSUER);
      await elsewhere();
      const redeem = () => post(`${node.url}/oauth/token`, request.redeem(code) as Record<string, string>);
      const { status, body } = await redeem();
      assert.equal(status, 200, JSON.stringify(body));
      await elsewhere();
      assert.equal((await redeem()).body.error, "invalid_grant");
      const spent = {
        grant_type: "refresh_token",
        refresh_token: body.refresh_token ?? "",
        client_id,
        client_secret,
      };
      assert.equal((await post(`${node.url}/oauth/token`, spent)).body.error_reason, "revoked");
      // Signed in and consented before three of the processes were.
      const again = new TestRequest({ id: client_id, credentials: {} });
      again.codeOf(await browser.open(again.path({ redirect_uri: undefined })), CALLBACK, ISSUER);
    },
  );
}
