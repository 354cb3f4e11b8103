import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { makeAuthority, makeCertificate } from "../packages/server/src/certificates/testing.ts";
import type { Made } from "../packages/server/src/certificates/testing.ts";
import { postgres } from "./engines.ts";
import { needNginx } from "./need.ts";
import { startNginx } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { Service } from "./service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const HOST = "127.0.0.1";
const nginx = await needNginx();
const folder = temporaryFolder("mutual-tls");
const authority = makeAuthority();
const middle = makeAuthority({ issuer: authority, subject: [["CN", "middle"]] });
const client = makeCertificate({
  issuer: authority,
  subject: [
    ["C", "DE"],
    ["O", "Example"],
    ["CN", "payments"],
  ],
});
const server = makeCertificate({ issuer: authority, subject: [["CN", HOST]], names: [["ip", HOST]] });
const write = (name: string, content: string) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const files = {
  tls: write("tls.pem", server.pem),
  key: write("tls.key", server.keyPem),
  authorities: write("authorities.pem", authority.pem),
};

type Fetch = (url: string, options: oauth.CustomFetchOptions<"GET" | "POST", unknown>) => Promise<Response>;

/** A `fetch` that shows a certificate, with the authorities that are sent along. */
function fetchWith(shown: Made | null, ...sent: readonly Made[]): Fetch {
  const cert = shown && { cert: [shown, ...sent].map(({ pem }) => pem).join(""), key: shown.keyPem };
  return async (url, { method, headers, body }) => {
    const own = { method, headers, ca: authority.pem, agent: false };
    const sending = request(url, { ...own, ...cert });
    sending.end(await new Response(body as BodyInit | null | undefined).text());
    const [incoming] = (await once(sending, "response")) as [IncomingMessage];
    const text = Buffer.concat((await incoming.toArray()) as Buffer[]);
    const { statusCode: status = 0, headers: received } = incoming;
    return new Response(text.length === 0 ? null : text, {
      status,
      headers: received as Record<string, string>,
    });
  };
}

const CREATE = ["--grant-type", "client_credentials", "--scope", "pay", "--tls-bound"];
const BY_CERTIFICATE = [
  "--token-endpoint-auth-method",
  "tls_client_auth",
  "--tls-subject",
  "CN=payments, O=Example, C=DE",
];

/** What a token says of the certificate. */
function boundTo(accessToken: string): unknown {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(payload) as { cnf?: Record<string, string> }).cnf?.["x5t#S256"];
}

/** openid-client as its documentation shows it: discovery, then the aliases. */
async function openidClient(issuer: string, id: string, shown: Made | null) {
  return openid.discovery(new URL(issuer), id, { use_mtls_endpoint_aliases: true }, openid.TlsClientAuth(), {
    algorithm: "oauth2",
    [openid.customFetch]: fetchWith(shown) as openid.CustomFetch,
  });
}

test(
  "openid-client and oauth4webapi get bound tokens at the service's own port for certificates",
  { timeout: 90_000 },
  async (t) => {
    const [port, mtls] = [await freePort(), await freePort()];
    const issuer = `https://${HOST}:${port}`;
    const service = await Service.prepare(t, {
      REGRANT_TLS_CERTIFICATE: files.tls,
      REGRANT_TLS_KEY: files.key,
      REGRANT_MTLS: `${HOST}:${mtls}`,
      REGRANT_CLIENT_CERTIFICATE_AUTHORITIES: files.authorities,
      REGRANT_PORT: String(port),
    });
    const { client_id: id } = await service.createClient(...CREATE, ...BY_CERTIFICATE);
    const { url } = await service.serve({ port });
    assert.equal(url, issuer);
    assert.equal((await service.run(["health", "--ready"])).trim(), "ready");

    const config = await openidClient(issuer, id, client);
    const tokens = await openid.clientCredentialsGrant(config, { scope: "pay" });
    assert.equal(boundTo(tokens.access_token), client.asClient().thumbprint);
    const seen = await openid.tokenIntrospection(config, tokens.access_token);
    assert.deepEqual(seen.cnf, { "x5t#S256": client.asClient().thumbprint });

    const as = config.serverMetadata() as oauth.AuthorizationServer;
    assert.equal(as.mtls_endpoint_aliases?.token_endpoint, `https://${HOST}:${mtls}/oauth/token`);
    const asked = (shown: Made | null, aliases: boolean, ...sent: Made[]) =>
      oauth.clientCredentialsGrantRequest(
        as,
        { client_id: id, use_mtls_endpoint_aliases: aliases },
        oauth.TlsClientAuth(),
        {},
        {
          [oauth.customFetch]: fetchWith(shown, ...sent),
        },
      );
    const { access_token: token } = await oauth.processClientCredentialsResponse(
      as,
      { client_id: id },
      await asked(client, true),
    );
    assert.equal(boundTo(token), client.asClient().thumbprint);
    // By an authority that only the client knows of.
    const lower = makeCertificate({ issuer: middle, subject: client.subject });
    assert.equal((await asked(lower, true, middle)).status, 200);
    const refused: [title: string, response: Promise<Response>][] = [
      ["no certificate", asked(null, true)],
      ["at the issuer's port, which does not ask", asked(client, false)],
      ["of a stranger", asked(makeCertificate({ subject: client.subject }), true)],
      ["with another name", asked(makeCertificate({ issuer: authority }), true)],
      ["without the authority between", asked(lower, true)],
    ];
    for (const [title, response] of refused) assert.equal((await response).status, 401, title);
  },
);

/** The lines of the guide for nginx, as they stand in it. */
function linesOfGuide(): string {
  const guide = readFileSync(join(import.meta.dirname, "../docs/mutual-tls.md"), "utf8");
  const [, lines = ""] = /```nginx\n(.*?)```/s.exec(guide) ?? [];
  assert.ok(lines.includes("$ssl_client_escaped_cert"));
  return lines;
}

test(
  "behind nginx with the lines of the guide, its certificate counts, and the header of anyone else does not",
  { skip: nginx.missing, timeout: 90_000 },
  async (t: TestContext) => {
    const [port, mtls, node] = [await freePort(), await freePort(), await freePort()];
    const ssl = `ssl_certificate ${files.tls}; ssl_certificate_key ${files.key};`;
    const pass = `location / { proxy_pass http://${HOST}:${node}; }`;
    await startNginx(
      t,
      nginx.path,
      `server { listen ${HOST}:${mtls} ssl; ${ssl} ${linesOfGuide()} ${pass} }
       server { listen ${HOST}:${port} ssl; ${ssl} proxy_set_header Client-Cert ""; ${pass} }`,
    );
    const issuer = `https://${HOST}:${port}`;
    const service = await Service.prepare(t, {
      REGRANT_ISSUER: issuer,
      REGRANT_MTLS_URL: `https://${HOST}:${mtls}`,
      REGRANT_CLIENT_CERTIFICATE_HEADER: "Client-Cert",
      REGRANT_TRUSTED_PROXIES: HOST,
      REGRANT_CLIENT_CERTIFICATE_AUTHORITIES: files.authorities,
    });
    const { client_id: id } = await service.createClient(...CREATE, ...BY_CERTIFICATE);
    await service.serve({ port: node });

    const tokens = await openid.clientCredentialsGrant(await openidClient(issuer, id, client), {
      scope: "pay",
    });
    assert.equal(boundTo(tokens.access_token), client.asClient().thumbprint);
    const ask = (at: number, shown: Made | null, header: Record<string, string> = {}) =>
      fetchWith(shown)(`https://${HOST}:${at}/oauth/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...header },
        body: `grant_type=client_credentials&client_id=${id}`,
      } as never);
    for (const keyType of ["rsa", "ed25519"] as const) {
      const other = makeCertificate({ issuer: authority, subject: client.subject, keyType });
      assert.equal((await ask(mtls, other)).status, 200, keyType);
    }
    const spoofed = { "Client-Cert": encodeURIComponent(client.pem) };
    assert.equal((await ask(mtls, null, spoofed)).status, 401, "nginx replaces it");
    assert.equal((await ask(port, null, spoofed)).status, 401, "nginx removes it");
    const stranger = makeCertificate({ subject: client.subject });
    assert.equal((await ask(mtls, stranger)).status, 401);
    assert.equal((await ask(mtls, stranger, spoofed)).status, 401);
  },
);

test("workers share a port for certificates", { timeout: 120_000 }, async (t) => {
  const { service } = await postgres.prepare(t);
  const [port, mtls] = [await freePort(), await freePort()];
  const env = {
    REGRANT_ISSUER: `https://${HOST}:${port}`,
    REGRANT_TLS_CERTIFICATE: files.tls,
    REGRANT_TLS_KEY: files.key,
    REGRANT_MTLS: `${HOST}:${mtls}`,
    REGRANT_CLIENT_CERTIFICATE_AUTHORITIES: files.authorities,
  };
  const { client_id: id } = await service.createClient(...CREATE, ...BY_CERTIFICATE);
  const running = await service.serve({ port, env, flags: ["--workers", "2"] });
  const config = await openidClient(`https://${HOST}:${port}`, id, client);
  const all = Array.from({ length: 8 }, () => openid.clientCredentialsGrant(config));
  for (const { access_token } of await Promise.all(all))
    assert.equal(boundTo(access_token), client.asClient().thumbprint);
  assert.equal(await running.stop(), 0);
});
