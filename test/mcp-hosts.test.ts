import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pino } from "pino";
import { DocumentError } from "../packages/server/src/clients/cimd/fetch-document.ts";
import { readOptions } from "../packages/server/src/config/read-config.ts";
import { resolveConfig } from "../packages/server/src/config/resolve-config.ts";
import { listen } from "../packages/server/src/http/listen.ts";
import type { Listener } from "../packages/server/src/http/listen.ts";
import { hashPassword } from "../packages/server/src/identity/password-hash.ts";
import { openStore } from "../packages/server/src/open-store.ts";
import { openService } from "../packages/server/src/service.ts";
import type { Service } from "../packages/server/src/service.ts";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { TestBrowser, TestRequest } from "../packages/server/src/testing-browser.ts";
import { MCP_HOSTS } from "./mcp-hosts.ts";
import type { McpHost } from "./mcp-hosts.ts";
import { freePort } from "./ports.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const RESOURCE = "https://mcp.example.com/mcp";
const ACCOUNT = { username: "ada", password: "correct horse battery staple" };

/** How a test's database is made, and what is done with it afterwards. */
interface Database {
  url: string;
  remove: () => Promise<void>;
}

const ENGINES: Record<string, () => Promise<Database>> = {
  SQLite: () =>
    Promise.resolve({
      url: `sqlite:${join(temporaryFolder("mcp-hosts"), "regrant.db")}`,
      remove: () => Promise.resolve(),
    }),
  PostgreSQL: async () => {
    const server = await TestServer.start();
    return { url: await server.newDatabase(), remove: () => server.stop() };
  },
};

/** The Internet of these tests: the documents of the hosts. */
async function fetchDocument(url: string) {
  const host = MCP_HOSTS.find(({ document }) => document === url);
  if (host === undefined) throw new DocumentError("not_ok");
  return { body: { client_id: url, ...host.metadata }, maxAge: undefined };
}

/** A service that listens on the loopback interface, as it is set up for an MCP server. */
async function serve(database: string): Promise<{ service: Service; listener: Listener; issuer: string }> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const config = resolveConfig(
    readOptions({
      issuer,
      database,
      masterKey: Buffer.alloc(32, 7).toString("base64url"),
      signingAlgorithm: "EdDSA",
      resources: [RESOURCE],
      registration: "open",
      clientMetadataDocuments: true,
      registrationScopes: ["notes"],
      registrationsPerMinute: 1000,
    }),
  );
  const service = await openService({
    config: { ...config, issuer },
    log: pino({ level: "silent" }),
    clientAddress: () => "127.0.0.1",
    fetchDocument,
    open: (options) => openStore(config, options),
  });
  const listener = await listen(service, {
    host: "127.0.0.1",
    port,
    requestTimeout: 15,
    headersTimeout: 10,
  });
  return { service, listener, issuer };
}

type Json = Record<string, unknown>;

/** The id of the host's client, and the credentials of its token requests in the body or the header. */
async function becomeKnown(host: McpHost, metadata: Json) {
  if (host.document !== undefined) {
    assert.equal(metadata["client_id_metadata_document_supported"], true);
    return { id: host.document, headers: {}, credentials: { client_id: host.document } };
  }
  const response = await fetch(String(metadata["registration_endpoint"]), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(host.metadata),
  });
  const registered = (await response.json()) as Json;
  assert.equal(response.status, 201, JSON.stringify(registered));
  // RFC 7591 §3.2.1: the host learns here what it got, and these hosts need all of it.
  assert.deepEqual(registered["redirect_uris"], host.metadata["redirect_uris"]);
  const id = String(registered["client_id"]);
  const secret = registered["client_secret"];
  const method = registered["token_endpoint_auth_method"];
  assert.equal(method, host.metadata["token_endpoint_auth_method"] ?? "client_secret_basic");
  if (method === "client_secret_basic") {
    const authorization = `Basic ${Buffer.from(`${id}:${String(secret)}`).toString("base64")}`;
    return { id, headers: { authorization }, credentials: {} };
  }
  const posted = method === "none" ? {} : { client_secret: String(secret) };
  return { id, headers: {}, credentials: { client_id: id, ...posted } };
}

for (const [engine, prepare] of Object.entries(ENGINES)) {
  describe(`on ${engine}`, () => {
    let database: Database;
    let running: Awaited<ReturnType<typeof serve>>;
    before(async () => {
      database = await prepare();
      running = await serve(database.url);
      const account = { subject: "ada-1", username: ACCOUNT.username };
      const passwordHash = await hashPassword(ACCOUNT.password);
      await running.service.deps.store.accounts.create({ ...account, passwordHash }, "test");
    });
    after(async () => {
      await running.listener.close({ timeout: 1, grace: 0 });
      await running.service.close();
      await database.remove();
    });

    for (const host of MCP_HOSTS) {
      test(`${host.name}: from discovery to a refresh`, async () => {
        const { issuer } = running;
        const discovered = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
        const metadata = (await discovered.json()) as Json;
        assert.ok((metadata["scopes_supported"] as string[]).includes("offline_access"));
        const { id, headers, credentials } = await becomeKnown(host, metadata);

        const { redirectUri: redirect_uri, scope } = host;
        const request = new TestRequest({ id, credentials });
        const browser = new TestBrowser({ origin: issuer, fetch: (sent) => fetch(sent) });
        const signIn = await browser.open(request.path({ redirect_uri, scope, resource: RESOURCE }));
        const consent = await browser.submit(signIn, ACCOUNT);
        assert.ok(consent.html.includes(String(host.metadata["client_name"])), consent.html);
        const left = await browser.submit(consent, { answer: "allow" });
        const code = request.codeOf(left, redirect_uri, issuer);

        const ask = async (parameters: Record<string, string | undefined>) => {
          const body = new URLSearchParams({ resource: RESOURCE, ...parameters });
          const response = await fetch(String(metadata["token_endpoint"]), { method: "POST", headers, body });
          const tokens = (await response.json()) as Json;
          assert.equal(response.status, 200, JSON.stringify(tokens));
          return tokens;
        };
        const first = await ask(request.redeem(code, { redirect_uri }));
        assert.equal(first["scope"], "notes");
        const refresh_token = String(first["refresh_token"]);
        const refreshed = await ask({ grant_type: "refresh_token", refresh_token, scope, ...credentials });
        assert.notEqual(refreshed["refresh_token"], refresh_token);
        const [, payload = ""] = String(refreshed["access_token"]).split(".");
        const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Json;
        assert.deepEqual([claims["aud"], claims["client_id"], claims["scope"]], [RESOURCE, id, "notes"]);
      });
    }
  });
}

test("docs/mcp.md has a row for each host", async () => {
  const text = await readFile(join(import.meta.dirname, "../docs/mcp.md"), "utf8");
  const rows = [...text.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, name]) => name);
  for (const { name } of MCP_HOSTS) {
    const [host] = name.split(", ");
    assert.ok(rows.includes(host), name);
  }
});
