import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { updateClient } from "../admin/clients.ts";
import { registrationRules } from "../clients/registration-rules.ts";
import { newRegistrationToken, registrationTokenDigest } from "../clients/self-registration.ts";
import { startService } from "../testing.ts";
import type { TestResponse, TestService } from "../testing.ts";

const OPEN = {
  registration: "open",
  registrationScopes: ["read", "write"],
  registrationsPerMinute: 100_000,
} as const;
const t = await startService({ ...OPEN, registrationMaxUnused: 5000 });
const closed = await startService();
const guarded = await startService({ ...OPEN, registration: "token" });
after(() => Promise.all([t.close(), closed.close(), guarded.close()]));

const CALLBACK = "https://client.example/callback";
const METADATA = {
  client_name: "Example",
  redirect_uris: [CALLBACK],
  grant_types: ["authorization_code", "refresh_token"],
};

interface Options {
  method?: string;
  token?: string | undefined;
  path?: string;
}

function send(service: TestService, body: unknown, { method = "POST", token, path = "" }: Options = {}) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  const hasBody = body !== undefined;
  return service.send(`/oauth/register${path}`, {
    method,
    headers,
    ...(hasBody ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
  });
}

async function registered(metadata: Record<string, unknown> = {}): Promise<TestResponse["body"]> {
  const answer = await send(t, { ...METADATA, ...metadata });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return answer.body;
}

/** The client's own address and token, as it would use them. */
function managed({ client_id: id, registration_access_token: token }: TestResponse["body"]) {
  return { path: `/${String(id)}`, token: String(token) };
}

const refusal = (error: string, cause: string) => ({ status: 400, error, cause });
const refusedMember = (parameter: string) =>
  parameter === "redirect_uris"
    ? { ...refusal("invalid_redirect_uri", "redirect_uris_refused"), parameter }
    : { ...refusal("invalid_client_metadata", "client_metadata_refused"), parameter };
const unauthorized = (cause: string) => ({ status: 401, error: "invalid_token", cause });

test("registration is off unless it is switched on, and the metadata says so", async () => {
  assert.equal((await send(closed, METADATA)).status, 404);
  assert.equal((await send(closed, undefined, { method: "GET", path: `/${randomUUID()}` })).status, 404);
  const path = "/.well-known/oauth-authorization-server";
  assert.equal("registration_endpoint" in (await closed.send(path)).body, false);
  const { body } = await t.send(path);
  assert.equal(body["registration_endpoint"], "https://auth.example/oauth/register");
});

test("a name may be of any script, and have an emoji", async () => {
  for (const name of ["متجر", "हिन्दी ऐप", "Mañana ❤️", "Tiệm bánh"]) {
    assert.equal((await registered({ client_name: name }))["client_name"], name);
  }
});

test("an editor registers, with the scheme of its own among its redirect URIs", async () => {
  const uris = ["http://localhost:8787/callback", "cursor://anysphere.cursor-mcp/oauth/callback"];
  const metadata = { redirect_uris: uris, token_endpoint_auth_method: "none" };
  assert.deepEqual((await registered(metadata))["redirect_uris"], uris);
});

test("a client registers itself and is told everything that it was registered as (RFC 7591 §3.2.1)", async () => {
  const {
    client_id: id,
    client_secret: secret,
    registration_access_token: token,
    ...rest
  } = await registered();
  assert.match(String(secret), /^[A-Za-z0-9]{40}$/);
  assert.match(String(token), /^rgm_[\w-]{43}$/);
  assert.deepEqual(rest, {
    client_id_issued_at: t.clock.at / 1000,
    client_secret_expires_at: 0,
    client_name: "Example",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_basic",
    scope: "read write",
    registration_client_uri: `https://auth.example/oauth/register/${String(id)}`,
  });
  const client = await t.deps.store.clients.find(String(id));
  assert.ok(client?.selfRegistered && client.requirePkce && !client.firstParty && !client.public);
});

test("a public client has no secret, and any browser may register it", async () => {
  const pages = { client_uri: "https://client.example", logo_uri: "https://client.example/logo.png" };
  const more = { policy_uri: "https://client.example/p", tos_uri: "https://client.example/t" };
  const body = await registered({ token_endpoint_auth_method: "none", ...pages, ...more });
  assert.deepEqual({ ...body, ...pages, ...more }, body);
  assert.equal("client_secret" in body, false);
  const preflight = await t.send("/oauth/register", {
    method: "OPTIONS",
    headers: { "access-control-request-headers": "content-type" },
  });
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
});

test("a client gets those of the scopes that self-registered clients may have, and no others", async () => {
  assert.equal((await registered({ scope: "write admin" }))["scope"], "write");
  // A client that knows none of them would be shut out by a list that it wrote for other servers.
  for (const scope of ["admin", "openid offline_access", "", " ", null, ["write"], 7]) {
    assert.equal((await registered({ scope }))["scope"], "read write", JSON.stringify(scope));
  }
});

test("a client without a name is called by where it is", async () => {
  assert.equal((await registered({ client_name: undefined }))["client_name"], "client.example");
  const app = await registered({ client_name: "", redirect_uris: ["com.example.app:/done"] });
  assert.equal(app["client_name"], "com.example.app");
});

test("what leaves nothing to use, and what is unsafe, is refused, and the member at fault is told", async () => {
  const wrong: [Record<string, unknown>, member: string][] = [
    [{ redirect_uris: [] }, "redirect_uris"],
    [{ redirect_uris: undefined }, "redirect_uris"],
    [{ redirect_uris: null }, "redirect_uris"],
    [{ redirect_uris: CALLBACK }, "redirect_uris"],
    [{ redirect_uris: [7] }, "redirect_uris"],
    [{ redirect_uris: ["http://client.example/callback"] }, "redirect_uris"],
    [{ redirect_uris: [CALLBACK, "javascript:alert(1)"] }, "redirect_uris"],
    [{ redirect_uris: [CALLBACK, "DATA:text/html,x"] }, "redirect_uris"],
    [{ redirect_uris: ["myapp:/done"] }, "redirect_uris"],
    [{ redirect_uris: [`${CALLBACK}#here`] }, "redirect_uris"],
    [{ grant_types: ["client_credentials"] }, "grant_types"],
    [{ grant_types: ["password", "refresh_token"] }, "grant_types"],
    [{ grant_types: ["implicit", 7] }, "grant_types"],
    [{ response_types: ["token"] }, "response_types"],
    [{ response_types: ["code id_token"] }, "response_types"],
    [{ token_endpoint_auth_method: "private_key_jwt" }, "jwks"],
    [
      { token_endpoint_auth_methods_supported: ["private_key_jwt", "tls_client_auth"] },
      "token_endpoint_auth_methods_supported",
    ],
    [{ client_name: "Bank\u202eevil" }, "client_name"],
    [{ client_name: "\u2800" }, "client_name"],
    [{ client_name: "a\nb" }, "client_name"],
    [{ client_name: "Bank\u3164" }, "client_name"],
    [{ client_name: "z\u0300\u0301\u0302\u0303" }, "client_name"],
  ];
  for (const [changes, member] of wrong) {
    const ask = () => send(t, { ...METADATA, ...changes });
    const { body } = await t.refused(ask, refusedMember(member), "register");
    // RFC 6749 §5.2: ASCII without quotation mark and backslash; a sentence of ours, not the parser's.
    const predicate = "(?:must|holds a value that is not a valid redirect URI:) ";
    const text = String(body["error_description"]);
    assert.match(
      text,
      new RegExp(`^The member ${member} ${predicate}[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]+\\.$`),
    );
    assert.doesNotMatch(text, /javascript|evil|myapp/i);
    const line = t.log.findLast(({ msg }) => msg === "refused");
    assert.equal(text, `The member ${member} ${String(line?.["violation"])}.`);
  }
});

test("what cannot be registered is left out, and the response says what is (RFC 7591 §3.2.1)", async () => {
  const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
  const CODE = ["authorization_code", "refresh_token"];
  const many = Array.from({ length: 25 }, (_, i) => `${CALLBACK}/${i}`);
  const left: [given: Record<string, unknown>, registered: Record<string, unknown>][] = [
    [{ grant_types: [...CODE, JWT_BEARER] }, { grant_types: CODE }],
    [
      { grant_types: ["authorization_code", "implicit", "client_credentials", "password"] },
      { grant_types: CODE },
    ],
    [{ grant_types: [null, "authorization_code"] }, { grant_types: CODE }],
    [{ grant_types: "authorization_code" }, { grant_types: CODE }],
    [{ grant_types: ["refresh_token"] }, { grant_types: CODE }],
    [
      { grant_types: [DEVICE, "authorization_code"], response_types: ["token"] },
      { grant_types: ["refresh_token", DEVICE] },
    ],
    [
      { grant_types: [DEVICE, "authorization_code"], redirect_uris: ["myapp:/x"] },
      { redirect_uris: [], response_types: [] },
    ],
    [{ response_types: ["code", "token", "code id_token"] }, { response_types: ["code"] }],
    [{ response_types: "code" }, { response_types: ["code"] }],
    [{ response_types: [7], grant_types: [7] }, { grant_types: CODE }],
    [{ token_endpoint_auth_method: 7 }, { token_endpoint_auth_method: "client_secret_basic" }],
    [
      { redirect_uris: [CALLBACK, "exampleapp://callback", "http://client.example/", "/x", 7, CALLBACK] },
      { redirect_uris: [CALLBACK] },
    ],
    [{ redirect_uris: many }, { redirect_uris: many.slice(0, 20) }],
    [{ client_name: "x".repeat(101) }, { client_name: "client.example" }],
    [{ client_name: {} }, { client_name: "client.example" }],
    [{ client_uri: "http://localhost:3000" }, { client_uri: undefined }],
    [{ client_uri: "https://client.example/\u0000" }, { client_uri: undefined }],
    [{ client_uri: "https://client.example/\ud800" }, { client_uri: undefined }],
    [{ logo_uri: "data:image/png;base64,AAAA" }, { logo_uri: undefined }],
    [{ policy_uri: `https://client.example/${"x".repeat(2048)}` }, { policy_uri: undefined }],
    [{ tos_uri: 1, contacts: 7, jwks_uri: {}, software_statement: [] }, { tos_uri: undefined }],
  ];
  for (const [given, expected] of left) {
    const body = await registered(given);
    for (const [member, value] of Object.entries(expected)) {
      assert.deepEqual(body[member], value, `${JSON.stringify(given)}: ${member}`);
    }
  }
});

test("no value of any member is answered with 5xx, in a registration or in an update", async () => {
  const body = await registered();
  const nested: unknown = JSON.parse("[".repeat(1000) + "]".repeat(1000));
  const lists = [[], [null], [[]], [{}], ["code"], ["none"], ["authorization_code"], Array(1000).fill("a:")];
  const values = [null, "", 0, 1e308, true, {}, "\u0000", "\ud800", "x".repeat(5000), nested, ...lists];
  const members = Object.keys(body).concat(["jwks", "software_statement", "__proto__", "constructor"]);
  members.push("client_uri", "logo_uri", "token_endpoint_auth_methods_supported");
  for (const member of members) {
    for (const value of values) {
      // Not an assignment, which `__proto__` would make another thing of.
      const given = Object.entries({ ...METADATA, client_id: body["client_id"] }).concat([[member, value]]);
      const json = JSON.stringify(Object.fromEntries(given));
      for (const options of [{}, { method: "PUT", ...managed(body) }]) {
        const { status, text } = await send(t, json, options);
        assert.ok(status < 500, `${member}: ${text}`);
      }
    }
  }
});

test("null and empty members are absent", async () => {
  const members = ["client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "scope", "grant_types"];
  members.push("response_types", "token_endpoint_auth_method", "token_endpoint_auth_methods_supported");
  const known = ({ client_name, grant_types, response_types, scope, ...body }: TestResponse["body"]) => {
    const { token_endpoint_auth_method, client_uri } = body;
    return { client_name, grant_types, response_types, scope, token_endpoint_auth_method, client_uri };
  };
  const absent = known((await send(t, { redirect_uris: [CALLBACK] })).body);
  for (const empty of [null, "", [], [null], [""]]) {
    const metadata = Object.fromEntries(members.map((member) => [member, empty]));
    const answer = await send(t, { redirect_uris: [CALLBACK], ...metadata });
    assert.equal(answer.status, 201, `${JSON.stringify(empty)}: ${answer.text}`);
    assert.deepEqual(known(answer.body), absent);
  }
  assert.deepEqual(absent["grant_types"], ["authorization_code", "refresh_token"]);
  assert.equal(absent["token_endpoint_auth_method"], "client_secret_basic");
});

test("of several methods of authentication one is chosen: the preferred one, else the strongest", async () => {
  const cases: [preferred: string | undefined, supported: unknown, chosen: string][] = [
    ["private_key_jwt", ["none", "private_key_jwt"], "none"],
    ["private_key_jwt", ["none", "client_secret_post", "client_secret_basic"], "client_secret_basic"],
    ["none", ["client_secret_basic"], "none"],
    ["client_secret_post", ["none"], "client_secret_post"],
    [undefined, ["tls_client_auth", "none"], "none"],
    [undefined, "none", "client_secret_basic"],
  ];
  for (const [token_endpoint_auth_method, token_endpoint_auth_methods_supported, chosen] of cases) {
    const body = await registered({ token_endpoint_auth_method, token_endpoint_auth_methods_supported });
    assert.equal(body["token_endpoint_auth_method"], chosen);
    assert.equal("client_secret" in body, chosen !== "none");
  }
});

test("a client registers its public keys, changes them, and gets no secret (RFC 7591 §2, RFC 7592 §2.2)", async () => {
  const pem = (modulusLength = 2048) => generateKeyPairSync("rsa", { modulusLength });
  const jwkOf = (kid: string) => ({ ...pem().publicKey.export({ format: "jwk" }), kid });
  const keys = { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwkOf("one")] } };
  const body = await registered({ ...keys, token_endpoint_auth_signing_alg: "PS256" });
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg, jwks } = body;
  assert.deepEqual([method, alg, jwks], ["private_key_jwt", "PS256", keys.jwks]);
  assert.ok(!("client_secret" in body));
  const client = await t.deps.store.clients.find(String(body["client_id"]));
  assert.deepEqual([client?.public, client?.secrets], [false, []]);

  const put = (metadata: Record<string, unknown>) =>
    send(t, { ...METADATA, client_id: body["client_id"], ...metadata }, { method: "PUT", ...managed(body) });
  const changed = await put({ ...keys, jwks: undefined, jwks_uri: "https://client.example/jwks.json" });
  assert.equal(changed.status, 200, changed.text);
  const { jwks: gone, jwks_uri: uri, token_endpoint_auth_signing_alg: any } = changed.body;
  assert.deepEqual([gone, uri, any], [undefined, "https://client.example/jwks.json", undefined]);
  await t.refused(
    () => put({ token_endpoint_auth_method: "private_key_jwt" }),
    refusedMember("jwks"),
    "register",
  );

  const [{ n, e }, { privateKey }] = [jwkOf("two"), pem()];
  const refused: [Record<string, unknown>, member: string][] = [
    [{ jwks: { keys: [privateKey.export({ format: "jwk" })] } }, "jwks"],
    // Kinds of keys that this service does not use must not be private either.
    [{ jwks: { keys: [...keys.jwks.keys, { kty: "AKP", alg: "ML-DSA-44", priv: "AA" }] } }, "jwks"],
    [{ jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }, "jwks"],
    [{ ...keys, jwks_uri: "https://client.example/jwks.json" }, "jwks_uri"],
    [{ ...keys, jwks: { keys: Array.from({ length: 21 }, () => ({ kty: "RSA", n, e })) } }, "jwks"],
    [{ ...keys, jwks: { keys: [pem(1024).publicKey.export({ format: "jwk" })] } }, "jwks"],
    [{ ...keys, jwks: { keys: [{ kty: "RSA", n, e, use: "enc" }] } }, "jwks"],
    [{ ...keys, jwks: { keys: [{ kty: "RSA", n, e, x: "x".repeat(33_000) }] } }, "jwks"],
    [{ ...keys, jwks: { keys: [] } }, "jwks"],
    [{ ...keys, jwks: "x" }, "jwks"],
    [{ ...keys, token_endpoint_auth_signing_alg: "RS256" }, "token_endpoint_auth_signing_alg"],
    [{ ...keys, jwks: undefined, jwks_uri: "http://client.example/jwks.json" }, "jwks_uri"],
  ];
  for (const [metadata, member] of refused) {
    await t.refused(() => send(t, { ...METADATA, ...metadata }), refusedMember(member), "register");
  }
  // Of a client that does not need them, keys that are of no use are left out.
  assert.equal((await registered({ jwks: { keys: [] } }))["jwks"], undefined);
});

test("a scheme that the operator names may be registered, in any case, and no other", async () => {
  const service = await startService({ ...OPEN, registrationSchemes: ["MyApp"] });
  try {
    const uris = ["myapp://done", "MYAPP:/done"];
    const { body } = await send(service, { ...METADATA, redirect_uris: [...uris, "cursor://x/callback"] });
    assert.deepEqual(body["redirect_uris"], uris);
  } finally {
    await service.close();
  }
});

test("the metadata names the scopes that strangers may request, and no operator's", async () => {
  const path = "/.well-known/oauth-authorization-server";
  const unused = await startService({ registrationScopes: ["read"] });
  try {
    assert.deepEqual((await t.send(path)).body["scopes_supported"], ["read", "write", "offline_access"]);
    assert.deepEqual((await unused.send(path)).body["scopes_supported"], ["offline_access"]);
  } finally {
    await unused.close();
  }
});

test("a body that is no JSON object registers nothing", async () => {
  const metadata = refusal("invalid_client_metadata", "metadata_not_an_object");
  for (const body of [null, [], "x", 7]) {
    await t.refused(() => send(t, JSON.stringify(body)), metadata, "register");
  }
  const malformed = { ...refusal("invalid_request", "malformed_body"), detail: "JSON" };
  await t.refused(() => send(t, "{"), malformed, "register");
  const large = { status: 413, error: "invalid_request", cause: "body_too_large" };
  await t.refused(() => send(t, { ...METADATA, x: "x".repeat(70_000) }), large, "register");
  const form = () => t.post("/oauth/register", { client_name: "Example" });
  const unsupported = { status: 415, error: "invalid_request", cause: "body_not_json" };
  await t.refused(form, unsupported, "register");
});

test("a client reads what it is registered as, without its secret, with its own token alone", async () => {
  const body = await registered();
  const { client_secret: _, client_secret_expires_at: __, ...expected } = body;
  const read = await send(t, undefined, { method: "GET", ...managed(body) });
  assert.deepEqual(read.body, expected);
  const other = managed(await registered());
  const operators = await t.client();
  const wrong: Options[] = [
    { ...managed(body), token: undefined },
    { ...managed(body), token: other.token },
    { path: `/${randomUUID()}`, token: other.token },
    { path: `/${operators.id}`, token: other.token },
    { path: "/not-an-id", token: other.token },
  ];
  for (const options of wrong) {
    const ask = () => send(t, undefined, { method: "GET", ...options });
    const answer = await t.refused(ask, unauthorized("management_token_refused"), "register");
    assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer /);
  }
});

test("a client replaces what it is registered as (RFC 7592 §2.2)", async () => {
  const body = await registered({ client_uri: "https://client.example" });
  const { client_id, client_secret } = body;
  const changed = {
    ...METADATA,
    client_id,
    client_secret,
    client_name: "Renamed",
    redirect_uris: ["https://client.example/other"],
    scope: "read",
  };
  const answer = await send(t, changed, { method: "PUT", ...managed(body) });
  assert.equal(answer.status, 200, answer.text);
  const { client_name, redirect_uris, scope, client_uri } = answer.body;
  assert.deepEqual(
    [client_name, redirect_uris, scope],
    ["Renamed", ["https://client.example/other"], "read"],
  );
  assert.equal(client_uri, undefined);
  const read = await send(t, undefined, { method: "GET", ...managed(body) });
  assert.deepEqual(read.body, answer.body);
  const { type, data } = (await t.deps.store.events.list({ clientId: String(client_id) }, 10)).at(-1) ?? {};
  assert.deepEqual([type, data?.["actor"]], ["client.updated", "registration"]);
  assert.deepEqual(data?.["changed"], ["name", "scopes", "redirectUris", "clientUri"]);
});

test("an update that is not the client's own, or would make it another kind, is refused", async () => {
  const body = await registered();
  const { client_id } = body;
  const put = (metadata: Record<string, unknown>) => () =>
    send(t, { ...METADATA, client_id, ...metadata }, { method: "PUT", ...managed(body) });
  await t.refused(put({ client_id: randomUUID() }), refusedMember("client_id"), "register");
  await t.refused(put({ client_id: undefined }), refusedMember("client_id"), "register");
  await t.refused(put({ client_secret: "guessed" }), refusedMember("client_secret"), "register");
  const method = { token_endpoint_auth_method: "none" };
  await t.refused(put(method), refusedMember("token_endpoint_auth_method"), "register");
  const redirect = refusedMember("redirect_uris");
  await t.refused(put({ redirect_uris: ["http://else.example"] }), redirect, "register");
});

test("an update is negotiated like a registration", async () => {
  const body = await registered();
  const { client_id } = body;
  const metadata = {
    ...METADATA,
    client_id,
    client_secret: null,
    scope: null,
    grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    redirect_uris: [CALLBACK, "exampleapp://callback"],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic"],
    client_uri: "",
  };
  const answer = await send(t, metadata, { method: "PUT", ...managed(body) });
  assert.equal(answer.status, 200, answer.text);
  const { grant_types, redirect_uris, token_endpoint_auth_method, scope } = answer.body;
  assert.deepEqual(
    [grant_types, redirect_uris, token_endpoint_auth_method, scope],
    [["authorization_code", "refresh_token"], [CALLBACK], "client_secret_basic", "read write"],
  );
});

test("a client that registers itself has a retry window of 600 s, or what fits its access tokens", () => {
  const rules = { registration: "open", clientMetadataDocuments: false } as const;
  const lifetimes = { refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000 };
  const limits = {
    registrationScopes: [],
    registrationSchemes: [],
    registrationMaxUnused: 1,
    authorizationDetailsTypes: {},
    assertionRs256: false,
  };
  const windowOf = (retryWindow: number, accessTtl: number) =>
    registrationRules({ ...rules, ...lifetimes, ...limits, retryWindow, accessTtl }).defaults.retryWindow;
  assert.equal(windowOf(120, 3600), 600);
  assert.equal(windowOf(1800, 3600), 1800, "the service's own, where it is longer");
  assert.equal(windowOf(120, 300), 299);
});

test("an operator's own settings of a client outlast its updates", async () => {
  const body = await registered();
  const id = String(body["client_id"]);
  assert.equal((await t.deps.store.clients.find(id))?.retryWindow, 600);
  await updateClient(t.deps, id, { accessTtl: 900, scopes: ["read", "admin"] }, "operator");
  const changed = { ...METADATA, client_id: id, scope: "admin" };
  const answer = await send(t, changed, { method: "PUT", ...managed(body) });
  assert.equal(answer.body["scope"], "admin");
  assert.equal((await t.deps.store.clients.find(id))?.accessTtl, 900);
});

test("a client without a name is called by its host, or its scheme, in at most 100 characters", async () => {
  const nameOf = async (metadata: Record<string, unknown>) =>
    (await registered({ client_name: null, ...metadata }))["client_name"];
  const host = `${"h".repeat(60)}.${"o".repeat(60)}.example`;
  assert.equal(await nameOf({ client_uri: `https://${host}/` }), host.slice(0, 100));
  const redirectUri = "com.evil.app://www.bank.example/cb";
  assert.equal(await nameOf({ client_uri: null, redirect_uris: [redirectUri] }), "com.evil.app");
});

test("what an operator took from a client, its own updates do not bring back", async () => {
  const body = await registered({ scope: "read write" });
  const id = String(body["client_id"]);
  const put = async (metadata: Record<string, unknown>) => {
    const answer = await send(
      t,
      { ...METADATA, client_id: id, ...metadata },
      { method: "PUT", ...managed(body) },
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  await updateClient(t.deps, id, { scopes: ["read"] }, "operator");
  assert.equal((await put({ scope: "read write" }))["scope"], "read");
  assert.equal((await put({}))["scope"], "read", "all that it may have");
  assert.equal((await put({ scope: "write" }))["scope"], "read", "nothing of it is left, so the default");
  assert.equal((await put({ scope: "read" }))["scope"], "read", "less than the ceiling, and back");

  const set = {
    name: "Checked",
    redirectUris: ["https://client.example/other"],
    grantTypes: ["authorization_code"],
    clientUri: null,
  } as const;
  await updateClient(t.deps, id, set, "operator");
  const answer = await put({
    client_name: "Own",
    client_uri: "https://client.example/",
    tos_uri: "https://client.example/tos",
  });
  const found = await t.deps.store.clients.find(id);
  assert.partialDeepStrictEqual(found, { ...set, tosUri: "https://client.example/tos" });
  assert.deepEqual(
    [answer["client_name"], answer["redirect_uris"], answer["grant_types"], answer["client_uri"]],
    ["Checked", ["https://client.example/other"], ["authorization_code"], undefined],
  );
  assert.deepEqual(found?.setByOperator, ["name", "grant_types", "redirect_uris", "client_uri"]);
  assert.deepEqual(found?.scopeCeiling, ["read"]);

  // An operator gives it back.
  await updateClient(t.deps, id, { setByOperator: [], scopeCeiling: null }, "operator");
  const own = await put({ client_name: "Own" });
  assert.deepEqual([own["client_name"], own["scope"]], ["Own", "read write"]);
});

test("an operator's change during a client's own update stays", async () => {
  const body = await registered({ scope: "read write" });
  const id = String(body["client_id"]);
  const changed = { ...METADATA, client_id: id, client_name: "Own", scope: "read write" };
  const [answer] = await Promise.all([
    send(t, changed, { method: "PUT", ...managed(body) }),
    updateClient(t.deps, id, { accessTtl: 900, scopes: ["read"], requirePar: true }, "operator"),
  ]);
  assert.equal(answer.status, 200);
  const { name, accessTtl, scopes, requirePar } = (await t.deps.store.clients.find(id)) ?? {};
  assert.deepEqual([name, accessTtl, scopes, requirePar], ["Own", 900, ["read"], true]);
});

test("what is left of a client's update must suit what an operator has set", async () => {
  const body = await registered();
  const id = String(body["client_id"]);
  await updateClient(t.deps, id, { grantTypes: ["authorization_code"] }, "operator");
  const changed = { ...METADATA, client_id: id, grant_types: ["refresh_token"], redirect_uris: [] };
  const put = () => send(t, changed, { method: "PUT", ...managed(body) });
  await t.refused(put, refusedMember("redirect_uris"), "register");
});

test("a client removes itself, and its token is worth nothing from then on", async () => {
  const body = await registered();
  const answer = await send(t, undefined, { method: "DELETE", ...managed(body) });
  assert.equal(answer.status, 204);
  assert.equal(await t.deps.store.clients.find(String(body["client_id"])), undefined);
  const again = () => send(t, undefined, { method: "DELETE", ...managed(body) });
  await t.refused(again, unauthorized("management_token_refused"), "register");
});

test("a client that was disabled cannot manage itself", async () => {
  const body = await registered();
  await t.deps.store.clients.disable(String(body["client_id"]), "operator");
  const read = () => send(t, undefined, { method: "GET", ...managed(body) });
  await t.refused(read, unauthorized("management_token_refused"), "register");
});

test("where registration takes a token, one that is right, unused and in time is needed", async () => {
  const token = newRegistrationToken();
  const digest = registrationTokenDigest(token);
  const made = { id: randomUUID(), digest, name: "Partner", ttl: 60, uses: 1 };
  await guarded.deps.store.registrations.createToken(made, "operator");
  const none = unauthorized("registration_token_missing");
  await guarded.refused(() => send(guarded, METADATA), none, "register");
  const refused = unauthorized("registration_token_refused");
  for (const wrong of [newRegistrationToken(), "x".repeat(1000)]) {
    await guarded.refused(() => send(guarded, METADATA, { token: wrong }), refused, "register");
  }
  // What is wrong with the metadata is told before the token is used up.
  const invalid = refusedMember("redirect_uris");
  await guarded.refused(() => send(guarded, {}, { token }), invalid, "register");
  assert.equal((await send(guarded, METADATA, { token })).status, 201);
  await guarded.refused(() => send(guarded, METADATA, { token }), refused, "register");
});

test("an address that registers too often has to wait, and what registered there goes on", async () => {
  const service = await startService({ ...OPEN, registrationsPerMinute: 3 });
  try {
    let last: TestResponse["body"] = {};
    for (let i = 0; i < 3; i += 1) last = (await send(service, METADATA)).body;
    const tooMany = { status: 429, error: "invalid_request", cause: "too_many_registrations" };
    await service.refused(() => send(service, METADATA), tooMany, "register");
    const changed = { ...METADATA, client_id: last["client_id"], client_name: "Renamed" };
    const update = () => send(service, changed, { method: "PUT", ...managed(last) });
    for (let i = 0; i < 3; i += 1) assert.equal((await update()).status, 200, "it has proved who it is");
    await service.refused(update, tooMany, "register");
    service.caller.address = "192.0.2.2";
    assert.equal((await send(service, METADATA)).status, 201);
  } finally {
    await service.close();
  }
});

test("registrations with an initial access token are counted by the token", async () => {
  const service = await startService({ ...OPEN, registration: "token", registrationsPerMinute: 3 });
  try {
    const [token, other] = [newRegistrationToken(), newRegistrationToken()];
    for (const each of [token, other]) {
      const made = {
        id: randomUUID(),
        digest: registrationTokenDigest(each),
        name: "x",
        ttl: null,
        uses: null,
      };
      await service.deps.store.registrations.createToken(made, "operator");
    }
    for (let i = 0; i < 10; i += 1) {
      assert.equal((await send(service, METADATA)).status, 401);
      assert.equal((await send(service, METADATA, { token: newRegistrationToken() })).status, 401);
    }
    for (let i = 0; i < 3; i += 1) assert.equal((await send(service, METADATA, { token })).status, 201);
    const tooMany = { status: 429, error: "invalid_request", cause: "too_many_registrations" };
    await service.refused(() => send(service, METADATA, { token }), tooMany, "register");
    assert.equal((await send(service, METADATA, { token: other })).status, 201);
  } finally {
    await service.close();
  }
});

test("while too many registered clients wait for their first use, a further one has to wait", async () => {
  const service = await startService({ ...OPEN, registrationMaxUnused: 2 });
  try {
    for (let i = 0; i < 2; i += 1) assert.equal((await send(service, METADATA)).status, 201);
    const answer = await send(service, METADATA);
    assert.deepEqual([answer.status, answer.body["error"]], [503, "temporarily_unavailable"]);
    assert.equal(answer.headers.get("retry-after"), "3600");
    assert.equal(await service.counted("register", "too_many_unused_clients"), 1);
    // It asks for somebody's attention.
    const line = service.log.find(({ msg }) => msg === "failed");
    assert.equal(line?.["cause"], "too_many_unused_clients");
  } finally {
    await service.close();
  }
});
