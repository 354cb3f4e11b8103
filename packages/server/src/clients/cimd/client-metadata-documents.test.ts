import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { updateClient } from "../../admin/clients.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { SECOND } from "../../store/contract/fixtures.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import { RemoteDocuments } from "../remote-documents.ts";
import { documentClient } from "./document-client.ts";
import { QueueFullError } from "../../limits/queue.ts";
import { DocumentError, fetchDocument as fetchOverHttp } from "./fetch-document.ts";
import type { FetchedDocument } from "./fetch-document.ts";
import { documentClientId } from "./client-id-url.ts";

const URL_OF = "https://app.example/oauth.json";
const DOCUMENT = {
  client_id: URL_OF,
  client_name: "App",
  redirect_uris: ["https://app.example/callback"],
  grant_types: ["authorization_code", "refresh_token"],
};

/** The Internet of these tests: what is at each URL, and what was asked for. */
const documents = new Map<string, FetchedDocument | DocumentError>();
const asked: string[] = [];
/** What happens while the next one is fetched. */
let during: (() => Promise<void>) | undefined;
async function fetchDocument(url: string): Promise<FetchedDocument> {
  asked.push(url);
  await during?.();
  during = undefined;
  const found = documents.get(url) ?? new DocumentError("not_ok");
  if (found instanceof DocumentError) throw found;
  return found;
}

const settings = {
  clientMetadataDocuments: true,
  registrationScopes: ["read"],
  registrationsPerMinute: 1000,
};
const t = await startService(settings, { fetchDocument });
after(() => t.close());

const client = (url = URL_OF) => documentClient(t.deps, url, () => t.caller.address);

function serveDocument(changes: Record<string, unknown> = {}, maxAge?: number, url = URL_OF): void {
  documents.set(url, { body: { ...DOCUMENT, client_id: url, ...changes }, maxAge });
}

/** So that each test begins with a document that has to be fetched. */
beforeEach(() => {
  t.clock.at += 2 * 86_400 * SECOND;
  asked.length = 0;
});

async function isRefused(detail: string, url = URL_OF, member?: string): Promise<void> {
  await assert.rejects(client(url), (error) => {
    assert.ok(error instanceof OAuthError, String(error));
    assert.deepEqual([error.code, error.status], ["invalid_client", 400]);
    const cause = member === undefined ? "metadata_document_refused" : "metadata_document_invalid";
    assert.deepEqual([error.causeName, error.detail, error.parameter], [cause, detail, member]);
    if (member !== undefined) {
      assert.match(error.description, new RegExp(` The member ${member} (?:must|holds) `));
    }
    const line = t.log.findLast(({ msg }) => msg === "a client's metadata document cannot be used");
    assert.deepEqual([line?.["metadata_uri"], line?.["fault"], line?.["member"]], [url, detail, member]);
    return true;
  });
}

test("a document becomes a public client under the UUID of its URL, with the scopes that such clients may have", async () => {
  serveDocument({ scope: "read admin" });
  const made = await client();
  assert.ok(made !== undefined);
  const { id, name, public: isPublic, scopes, selfRegistered, metadataUri } = made;
  assert.equal(id, documentClientId(URL_OF));
  assert.deepEqual([name, isPublic, scopes, selfRegistered], ["App", true, ["read"], true]);
  assert.equal(metadataUri, URL_OF);
  assert.equal((await t.deps.store.registrations.find(id))?.tokenDigest, null);
});

test("a document is fetched again when its time is over, which is a minute at least and a day at most", async () => {
  const ages: [maxAge: number | undefined, seconds: number][] = [
    [undefined, 300],
    [0, 60],
    [120, 120],
    [10_000_000, 86_400],
  ];
  for (const [maxAge, seconds] of ages) {
    asked.length = 0;
    t.clock.at += 86_400 * SECOND;
    serveDocument({}, maxAge);
    await client();
    t.clock.at += seconds * SECOND - 1;
    await client();
    assert.equal(asked.length, 1, `${maxAge}: too early`);
    t.clock.at += 1;
    await client();
    assert.equal(asked.length, 2, `${maxAge}: too late`);
  }
});

test("many who come at once are served by one fetch", async () => {
  serveDocument();
  const clients = await Promise.all(Array.from({ length: 20 }, () => client()));
  assert.equal(asked.length, 1);
  for (const one of clients) assert.equal(one?.name, "App");
});

test("a document that has changed changes the client, and what an operator has set stays", async () => {
  serveDocument();
  const before = await client();
  assert.ok(before !== undefined);
  await t.deps.store.clients.update(before.id, { accessTtl: 600 }, "operator");
  t.clock.at += 300 * SECOND;
  serveDocument({ client_name: "Renamed" });
  const changed = await client();
  assert.deepEqual([changed?.name, changed?.accessTtl], ["Renamed", 600]);
});

test("what an operator took from the client of a document, the document does not bring back", async () => {
  serveDocument({ scope: "read" });
  const { id } = (await client()) ?? {};
  assert.ok(id !== undefined);
  await updateClient(
    t.deps,
    id,
    { scopes: [], name: "Checked", retryWindow: 60, redirectUris: DOCUMENT.redirect_uris },
    "operator",
  );
  const kept = ["Checked", [], ["https://app.example/callback"]];
  for (const changes of [{}, { client_name: "Again", redirect_uris: ["https://app.example/other"] }]) {
    t.clock.at += 300 * SECOND;
    serveDocument(changes);
    const { name, scopes, redirectUris } = (await client()) ?? {};
    assert.deepEqual([name, scopes, redirectUris], kept);
  }
  await updateClient(t.deps, id, { setByOperator: [], scopeCeiling: null }, "operator");
});

test("what an operator sets while a document is fetched stays", async () => {
  serveDocument();
  const { id } = (await client()) ?? {};
  assert.ok(id !== undefined);
  t.clock.at += 300 * SECOND;
  const asks = Promise.withResolvers<void>();
  during = async () => {
    const set = {
      accessTtl: 60,
      retryWindow: 30,
      requirePar: true,
      concurrentUse: "revoke",
      scopes: [],
    } as const;
    await updateClient(t.deps, id, set, "operator");
    asks.resolve();
  };
  serveDocument({ client_name: "Renamed" });
  const seen = await client();
  await asks.promise;
  assert.partialDeepStrictEqual(seen, {
    name: "Renamed",
    accessTtl: 60,
    requirePar: true,
    concurrentUse: "revoke",
  });
  assert.deepEqual(seen?.scopes, []);
  await updateClient(t.deps, id, { scopeCeiling: null }, "operator");
});

test("while a document cannot be reached its client stays as it was; a client that was never seen is refused", async () => {
  serveDocument({ client_name: "Seen" });
  await client();
  t.clock.at += 300 * SECOND;
  documents.set(URL_OF, new DocumentError("unreachable"));
  assert.equal((await client())?.name, "Seen");
  documents.set("https://new.example/m", new DocumentError("unreachable"));
  await isRefused("unreachable", "https://new.example/m");
});

test("a document that is gone, wrong, or another client's is refused", async () => {
  serveDocument();
  await client();
  t.clock.at += 300 * SECOND;
  documents.set(URL_OF, new DocumentError("not_ok"));
  await isRefused("not_ok");
  const wrong: [Record<string, unknown>, member: string][] = [
    [{ client_id: "https://else.example/oauth.json" }, "client_id"],
    [{ client_id: `${URL_OF}?` }, "client_id"],
    [{ client_id: undefined }, "client_id"],
    [{ client_secret: "s" }, "client_secret"],
    [{ token_endpoint_auth_method: "client_secret_basic" }, "token_endpoint_auth_method"],
    [{ token_endpoint_auth_method: "private_key_jwt" }, "jwks"],
    [{ redirect_uris: ["http://app.example/callback"] }, "redirect_uris"],
    [{ redirect_uris: undefined }, "redirect_uris"],
    [{ grant_types: ["client_credentials"] }, "grant_types"],
    [{ client_name: "Bank\u202eevil" }, "client_name"],
  ];
  for (const [changes, member] of wrong) {
    t.clock.at += 60 * SECOND;
    serveDocument(changes);
    await isRefused("malformed", URL_OF, member);
  }
  t.clock.at += 60 * SECOND;
  documents.set(URL_OF, { body: null, maxAge: undefined });
  await isRefused("malformed");
});

test("a document that could not be used is not fetched again for a minute", async () => {
  const url = "https://broken.example/m";
  for (const fault of ["unreachable", "not_public", "not_ok"] as const) {
    asked.length = 0;
    documents.set(url, new DocumentError(fault));
    for (let i = 0; i < 3; i += 1) await isRefused(fault, url);
    t.clock.at += 60 * SECOND - 1;
    await isRefused(fault, url);
    assert.equal(asked.length, 1);
    t.clock.at += 1;
  }
  serveDocument({ client_name: "Repaired" }, undefined, url);
  assert.equal((await client(url))?.name, "Repaired");
  // A known client is not asked for again either, and goes on.
  t.clock.at += 300 * SECOND;
  documents.set(url, new DocumentError("unreachable"));
  asked.length = 0;
  for (let i = 0; i < 3; i += 1) assert.equal((await client(url))?.name, "Repaired");
  assert.equal(asked.length, 1);
});

test("so many documents are fetched at a time, and a known client needs none of them", async () => {
  serveDocument();
  await client();
  t.clock.at += 300 * SECOND;
  const { promise, resolve } = Promise.withResolvers<FetchedDocument>();
  const service = new RemoteDocuments(() => promise, t.clock.now);
  const use = () => Promise.resolve();
  const slow = Array.from({ length: 64 }, (_, i) => service.fetch(`https://slow${i}.example/m`, use));
  const parts = { ...t.deps, documents: service };
  const named = (url: string) => documentClient(parts, url, () => t.caller.address);
  await assert.rejects(named("https://new.example/m"), { causeName: "metadata_documents_busy", status: 503 });
  assert.equal((await named(URL_OF))?.name, "App");
  resolve({ body: {}, maxAge: undefined });
  await Promise.all(slow);
  assert.equal(service.recentFailure("https://new.example/m"), undefined, "it may be fetched now");
});

test("one domain's servers take a few of the fetches at a time, and leave the others", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const service = new RemoteDocuments(async (url) => {
    if (url.includes("slow")) await promise;
    return { body: {}, maxAge: undefined };
  }, t.clock.now);
  const fetch = (url: string) => service.fetch(url, () => Promise.resolve());
  const slow = Array.from({ length: 64 }, (_, i) => fetch(`https://s${i % 3}.slow.example/${i}`));
  await fetch("https://honest.example/m");
  resolve();
  const refused = (await Promise.allSettled(slow)).filter(({ status }) => status === "rejected");
  assert.equal(refused.length, 56);
  for (const each of refused) assert.ok(each.status === "rejected" && each.reason instanceof QueueFullError);
  await fetch("https://s0.slow.example/63");
});

test("a full queue of look-ups says nothing of a document: it is fetched again at once", async () => {
  let isFull = true;
  const service = new RemoteDocuments(async (url) => {
    const resolve = () => Promise.reject(new QueueFullError("full"));
    return isFull ? fetchOverHttp(url, { resolve }) : { body: DOCUMENT, maxAge: undefined };
  }, t.clock.now);
  const named = () => documentClient({ ...t.deps, documents: service }, URL_OF, () => t.caller.address);
  assert.equal((await named())?.name, "App", "a known client goes on");
  await assert.rejects(
    service.fetch(URL_OF, () => Promise.resolve()),
    QueueFullError,
  );
  isFull = false;
  await named();
  assert.ok(service.isFresh(URL_OF));
});

test("a document is for all servers: whatever is of no use here is left out, and nothing is refused for it", async () => {
  const callback = "https://app.example/callback";
  const given: [Record<string, unknown>, Record<string, unknown>][] = [
    [
      { grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"] },
      { grantTypes: ["authorization_code", "refresh_token"] },
    ],
    [
      { redirect_uris: ["exampleapp://callback", "javascript:alert(1)", "http://app.example/", callback] },
      { redirectUris: [callback] },
    ],
    [
      {
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
        jwks_uri: "https://app.example/jwks.json",
      },
      {
        tokenEndpointAuthMethod: "private_key_jwt",
        jwksUri: "https://app.example/jwks.json",
        public: false,
        secrets: [],
      },
    ],
    [
      {
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
      },
      { tokenEndpointAuthMethod: "none", jwksUri: null, public: true },
    ],
    [
      {
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
        token_endpoint_auth_signing_alg: "RS256",
        jwks_uri: "https://app.example/jwks.json",
      },
      { tokenEndpointAuthMethod: "none", public: true },
    ],
    [
      { token_endpoint_auth_methods_supported: ["client_secret_basic", "none"] },
      { tokenEndpointAuthMethod: "none" },
    ],
    [{ scope: "openid profile email" }, { scopes: ["read"] }],
    [
      { client_secret: null, client_secret_expires_at: 0, logo_uri: null, client_uri: "" },
      { logoUri: null, clientUri: null },
    ],
    [{ client_name: null, grant_types: null, response_types: null, scope: null }, { name: "app.example" }],
  ];
  for (const [changes, expected] of given) {
    t.clock.at += 300 * SECOND;
    serveDocument(changes);
    const made = await client();
    assert.ok(made !== undefined);
    assert.deepEqual({ ...made, ...expected }, made, JSON.stringify(changes));
  }
});

test("the client of a document redeems and refreshes under its URL, and its tokens say it", async () => {
  serveDocument();
  const { id } = (await client()) ?? {};
  const { accessToken, refreshToken } = await t.grant({ id: id ?? "" }, { scope: "read" });
  assert.equal((await t.verified(accessToken)).claims["client_id"], URL_OF);
  asked.length = 0;
  const credentials = { client_id: URL_OF };
  const refreshed = await t.refresh({ credentials }, refreshToken);
  assert.equal(refreshed.status, 200, refreshed.text);
  const token = String(refreshed.body["access_token"]);
  assert.deepEqual(asked, []);
  const reader = await t.client({ resourceServer: true });
  const seen = await t.introspect(reader, token);
  assert.deepEqual([seen.body["active"], seen.body["client_id"]], [true, URL_OF]);
  const revoked = await t.post("/oauth/revoke", { ...credentials, token });
  assert.equal(revoked.status, 200);
  assert.equal((await t.introspect(reader, token)).body["active"], false);
});

test("the feed of revocations names such a client by its URL", async () => {
  serveDocument();
  const { id } = (await client()) ?? {};
  await t.deps.store.clients.disable(id ?? "", "operator");
  const reader = await t.client({ resourceServer: true });
  const { body } = await t.post("/oauth/revocations", reader.credentials);
  const last = (body["revoked"] as Record<string, unknown>[]).at(-1);
  assert.equal(last?.["client_id"], URL_OF);
  await t.deps.store.clients.enable(id ?? "", "operator");
});

test("documents are counted by who names them, and bounded like registrations", async () => {
  const few = { ...settings, registrationsPerMinute: 2, registrationMaxUnused: 1 };
  const service = await startService(few, { fetchDocument });
  try {
    const named = (url: string) => documentClient(service.deps, url, () => "192.0.2.9");
    for (const url of ["https://a.example/m", "https://b.example/m", "https://c.example/m"]) {
      serveDocument({}, undefined, url);
    }
    await named("https://a.example/m");
    await assert.rejects(named("https://b.example/m"), { causeName: "too_many_unused_clients", status: 503 });
    await assert.rejects(named("https://c.example/m"), {
      causeName: "too_many_metadata_documents",
      status: 429,
    });
    // What is fresh costs nothing, and a client that is known is not refused for what others name.
    assert.equal((await named("https://a.example/m"))?.name, "App");
    service.clock.at += 300 * SECOND;
    assert.equal((await named("https://a.example/m"))?.name, "App");
  } finally {
    await service.close();
  }
});

test("a client of a document authenticates by the keys that it names, and may begin and stop to do so", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const keys = {
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
    jwks: { keys: [await exportJWK(publicKey)] },
  };
  const signed = async () => {
    const now = Math.floor(t.clock.at / 1000);
    const claims = { iss: URL_OF, sub: URL_OF, aud: ISSUER, exp: now + 60, jti: randomUUID() };
    return {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(privateKey),
    };
  };
  serveDocument();
  const made = await client();
  assert.equal(made?.public, true);
  let { refreshToken } = await t.grant({ id: made?.id ?? "" });
  const refresh = (credentials: Record<string, string>) =>
    t.token({ grant_type: "refresh_token", refresh_token: refreshToken, ...credentials });
  refreshToken = tokensOf(await refresh({ client_id: URL_OF })).refreshToken;

  // The document names keys now: the client need not wait until it is read the next time.
  t.clock.at += 301 * SECOND;
  serveDocument(keys);
  refreshToken = tokensOf(await refresh(await signed())).refreshToken;
  const confidential = await t.deps.store.clients.find(made?.id ?? "");
  assert.deepEqual([confidential?.public, confidential?.tokenEndpointAuthMethod], [false, "private_key_jwt"]);
  const mismatch = { status: 401, error: "invalid_client", cause: "auth_method_mismatch" };
  await t.refused(() => refresh({ client_id: URL_OF }), mismatch);

  t.clock.at += 301 * SECOND;
  serveDocument();
  assert.deepEqual([(await client())?.public, (await client())?.jwks], [true, null]);
  tokensOf(await refresh({ client_id: URL_OF }));
});
