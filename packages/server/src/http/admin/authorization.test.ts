// Who may use which operation: each row of the table, with each kind of token.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
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

/** A token with these claims, which the service's own key has signed. */
async function signed(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
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
  const head = { typ: "at+jwt", alg: key.algorithm, kid: key.kid, ...header };
  return sign(key, `${encode(head)}.${encode(all)}`);
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
  KINDS.set("another audience", refused(await signed({ ...own, aud: ISSUER })));
  KINDS.set("another issuer", refused(await signed({ ...own, iss: "https://other.example" })));
  KINDS.set("a token of the future", refused(await signed({ ...own, nbf: service.clock.at / 1000 + 60 })));
  KINDS.set("an expired token", refused(await signed({ ...own, exp: service.clock.at / 1000 - 1 })));
  KINDS.set("another type of token", refused(await signed(own, { typ: "JWT" })));
  KINDS.set("a changed token", refused(`${writer.token.slice(0, -8)}AAAAAAAA`));
  KINDS.set("no scope", { token: await signed({ ...own, scope: "read" }), read: 403, write: 403 });
  KINDS.set("a scope that the client no longer has", {
    token: await signed({ sub: reader.client.id, client_id: reader.client.id }),
    read: 403,
    write: 403,
  });
  const grant = await service.grant(ofApi, { subject: "s-1" });
  const { claims } = await service.verified(grant.accessToken);
  KINDS.set(
    "a token of a grant",
    refused(await signed({ ...claims, aud: RESOURCE, scope: "regrant:admin" })),
  );
  const registered = await service.client({
    selfRegistered: true,
    grantTypes: ["client_credentials"],
    scopes: ["regrant:admin"],
  });
  KINDS.set(
    "a client that registered itself",
    refused(await signed({ sub: registered.id, client_id: registered.id })),
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
    token: await ofCommandLine(false),
    read: "authorized",
    write: "authorized",
  });
  KINDS.set("a read token of the command line", {
    token: await ofCommandLine(true),
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
