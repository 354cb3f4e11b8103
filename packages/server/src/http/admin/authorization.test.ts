// Who may use which operation: each row of the table, with each kind of token.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { COMMAND_LINE } from "../../admin-api/paths.ts";
import { OPERATIONS } from "../../admin-api/table.ts";
import type { Operation } from "../../admin-api/operation.ts";
import { issueAdminToken } from "../../admin/admin-token.ts";
import { sign } from "../../keys/signing.ts";
import { ISSUER, startService } from "../../testing.ts";

const RESOURCE = `${ISSUER}/admin/v1`;
const service = await startService({ admin: "on" });
after(() => service.close());

/** What the answer to an operation of the scope must be: a status, or anything but a refusal to authorize. */
type Expected = number | "authorized";
interface Kind {
  /** Undefined: the request has no token. */
  token: string | undefined;
  read: Expected;
  write: Expected;
  /** The problem's type. */
  problem?: string;
}

const KINDS = new Map<string, Kind>();
const refused = (token: string) => ({ token, read: 401, write: 401, problem: "admin_token_refused" });

/** A new client of the admin API, its credentials and a token. */
async function administrator(scope: string) {
  const client = await service.client({ grantTypes: ["client_credentials"], scopes: [scope] });
  const { body } = await service.token({ grant_type: "client_credentials", ...client.credentials });
  return { client, token: String(body["access_token"]) };
}

/** A token with these claims: by default one that the service made, else one that its signing key signed. */
async function made(
  claims: Record<string, unknown>,
  { typ = "at+jwt", bySigningKey = false } = {},
): Promise<string> {
  const now = service.clock.at / 1000;
  const key = service.deps.keys.signingKeyAt(service.clock.at);
  const all = {
    iss: ISSUER,
    aud: RESOURCE,
    scope: "regrant:admin",
    iat: now,
    exp: now + 600,
    jti: "a token of this test",
    ...claims,
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const head = { typ, alg: bySigningKey ? key.algorithm : "HS256", kid: key.kid };
  const input = `${encode(head)}.${encode(all)}`;
  if (bySigningKey) return sign(key, input);
  const [secret = assert.fail()] = service.deps.keys.ownApiSecrets(key.kid);
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

before(async () => {
  const { admin } = service.service;
  const reader = await administrator("regrant:admin.read");
  const writer = await administrator("regrant:admin");
  const own = { sub: writer.client.id, client_id: writer.client.id };
  KINDS.set("no token", { token: undefined, read: 401, write: 401, problem: "admin_token_missing" });
  KINDS.set("text that is no token", refused("garbage"));
  KINDS.set("a read token", { token: reader.token, read: "authorized", write: 403 });
  KINDS.set("an admin token", { token: writer.token, read: "authorized", write: "authorized" });
  const ofApi = await service.client({ grantTypes: ["client_credentials"] });
  const { body } = await service.token({ grant_type: "client_credentials", ...ofApi.credentials });
  KINDS.set("a token for another API", refused(String(body["access_token"])));
  KINDS.set("a made token", { token: await made(own), read: "authorized", write: "authorized" });
  KINDS.set("a signing key's token", refused(await made(own, { bySigningKey: true })));
  KINDS.set(
    "a signing key's token of the command line",
    refused(
      await made(
        { iss: COMMAND_LINE, aud: COMMAND_LINE, client_id: COMMAND_LINE, sub: "cli:eve" },
        { bySigningKey: true },
      ),
    ),
  );
  KINDS.set("another audience", refused(await made({ ...own, aud: ISSUER })));
  KINDS.set("another issuer", refused(await made({ ...own, iss: "https://other.example" })));
  KINDS.set("a token of the future", refused(await made({ ...own, nbf: service.clock.at / 1000 + 60 })));
  KINDS.set("an expired token", refused(await made({ ...own, exp: service.clock.at / 1000 - 1 })));
  KINDS.set("another type of token", refused(await made(own, { typ: "JWT" })));
  KINDS.set("a changed token", refused(`${writer.token.slice(0, -8)}AAAAAAAA`));
  KINDS.set("no scope", { token: await made({ ...own, scope: "read" }), read: 403, write: 403 });
  KINDS.set("a scope that the client no longer has", {
    token: await made({ sub: reader.client.id, client_id: reader.client.id }),
    read: 403,
    write: 403,
  });
  const grant = await service.grant(ofApi, { subject: "s-1" });
  const { claims } = await service.verified(grant.accessToken);
  KINDS.set("a token of a grant", refused(await made({ ...claims, aud: RESOURCE, scope: "regrant:admin" })));
  const registered = await service.client({
    selfRegistered: true,
    grantTypes: ["client_credentials"],
    scopes: ["regrant:admin"],
  });
  KINDS.set(
    "a client that registered itself",
    refused(await made({ sub: registered.id, client_id: registered.id })),
  );
  const disabled = await administrator("regrant:admin");
  await admin.clients.disable(disabled.client.id);
  KINDS.set("a disabled client", refused(disabled.token));
  const deleted = await administrator("regrant:admin");
  await admin.clients.delete(deleted.client.id);
  KINDS.set("a deleted client", refused(deleted.token));
  const revoked = await administrator("regrant:admin");
  await service.revoke(revoked.client, revoked.token);
  KINDS.set("a revoked token", refused(revoked.token));
  const ofCommandLine = (readOnly: boolean) =>
    issueAdminToken(service.deps, { readOnly, ttl: 60 }, "cli:ada");
  KINDS.set("a token of the command line", {
    token: ofCommandLine(false),
    read: "authorized",
    write: "authorized",
  });
  KINDS.set("a read token of the command line", {
    token: ofCommandLine(true),
    read: "authorized",
    write: 403,
  });
});

async function send({ method, path }: Operation, token: string | undefined) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  // The segments of the path name nothing that exists.
  return service.send(`/admin/v1${path.replaceAll(/\{\w+\}/g, "7")}`, { method, headers });
}

describe("an operation is for who may use it", () => {
  for (const operation of OPERATIONS) {
    test(`${operation.name} (${operation.scope})`, async () => {
      for (const [kind, { token, [operation.scope]: expected, problem }] of KINDS) {
        const { status, headers, body } = await send(operation, token);
        if (expected === "authorized") {
          assert.ok(status !== 401 && status !== 403 && status < 500, `${kind}: ${status}`);
          continue;
        }
        assert.equal(status, expected, kind);
        if (problem !== undefined) assert.equal(body["type"], `${RESOURCE}/problems/${problem}`, kind);
        assert.match(headers.get("www-authenticate") ?? "", /^Bearer realm="\/admin\/v1", /, kind);
        assert.equal(headers.get("content-type"), "application/problem+json", kind);
      }
    });
  }
});
