import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from "jose";
import type { JWK } from "jose";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { TokenClientOptions, TokenEvent } from "./api.ts";
import { createTokenClient } from "./client.ts";
import { clientSecretPost } from "./client-auth.ts";
import { dpop } from "./dpop.ts";
import type { DpopOptions, KeySource } from "./dpop.ts";
import { explainRefusals } from "./explain.ts";
import { authorizedFetch } from "./fetch.ts";
import { fromGetSet } from "./from-get-set.ts";
import { password } from "./grants.ts";
import { memoryStore } from "./memory-store.ts";
import { fileStore } from "./node/file-store.ts";
import { sqlStore, sqlStoreSchema } from "./sql/index.ts";
import type { SqlClient } from "./sql/index.ts";
import type { CredentialRecord, TokenStore } from "./types.ts";

const TOKEN_ENDPOINT = "https://auth.example/oauth/token";
const API = "https://api.example";

/** Keeps the key in memory. */
function memoryKeys(): KeySource {
  let pair: Promise<CryptoKeyPair> | undefined;
  return (create) => (pair ??= create(false));
}

/** A request that the server received. */
interface Seen {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly authorization: string | null;
  /** Claims and key of its proof; undefined: it had none. */
  readonly proof: Proof | undefined;
}

interface Proof {
  readonly claims: Record<string, unknown>;
  readonly alg: string;
  readonly jkt: string;
}

/** An authorization server and an API in one: checks each proof, and can require nonces. */
class Server {
  readonly seen: Seen[] = [];
  /** The nonces that are required, by origin. */
  readonly nonces = new Map<string, string>();
  /** Whether it binds tokens to keys. */
  binds = true;
  /** The key that each refresh token is bound to. */
  readonly #bound = new Map<string, string | undefined>();
  /** The server's clock minus this machine's, ms. */
  skew = 0;
  /** Whether pages can read its challenges. */
  exposesChallenges = true;
  #issued = 0;

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    const { url, headers } = request;
    const proof = await proofOf(headers.get("dpop"));
    const authorization = headers.get("authorization");
    this.seen.push({ url, form: new URLSearchParams(body), authorization, proof });
    const { origin } = new URL(url);
    const nonce = this.nonces.get(origin);
    const isApi = origin === API;
    const refuse = (error: string) => this.#refuse(isApi, error, nonce);
    if (proof) {
      assert.equal(proof.claims["htm"], request.method);
      assert.equal(proof.claims["htu"], url.replace(/[?#].*/, ""));
      if (nonce !== undefined && proof.claims["nonce"] !== nonce) return refuse("use_dpop_nonce");
      const age = (Date.now() + this.skew) / 1000 - Number(proof.claims["iat"]);
      if (Math.abs(age) > 60) return refuse("invalid_dpop_proof");
    }
    return isApi ? this.#api(authorization, proof, refuse) : this.#token(new URLSearchParams(body), proof);
  };

  /** Issues tokens outside a request, bound to no key. */
  issue(jkt?: string): {
    access_token: string;
    refresh_token: string;
    token_type: string;
    expires_in: number;
  } {
    const n = (this.#issued += 1);
    this.#bound.set(`refresh-${n}`, jkt);
    const token_type = jkt === undefined ? "Bearer" : "DPoP";
    const access_token = `access-${n}${jkt === undefined ? "" : `-${jkt}`}`;
    return { access_token, refresh_token: `refresh-${n}`, token_type, expires_in: 3600 };
  }

  #token(form: URLSearchParams, proof: Proof | undefined): Response {
    const token = form.get("refresh_token");
    const jkt = this.binds ? proof?.jkt : undefined;
    if (token !== null) {
      const bound = this.#bound.get(token);
      const isPublic = !form.has("client_secret");
      if (!this.#bound.has(token) || (isPublic && bound !== undefined && bound !== proof?.jkt)) {
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
    }
    return Response.json(this.issue(jkt));
  }

  #api(
    authorization: string | null,
    proof: Proof | undefined,
    refuse: (error: string) => Response,
  ): Response {
    const [scheme, token = ""] = (authorization ?? "").split(" ");
    const jkt = token.split("-").slice(2).join("-");
    if (scheme !== (jkt ? "DPoP" : "Bearer") || (jkt && jkt !== proof?.jkt)) return refuse("invalid_token");
    const ath = createHash("sha256").update(token).digest("base64url");
    return jkt && proof?.claims["ath"] !== ath ? refuse("invalid_token") : new Response("here you are");
  }

  #refuse(isApi: boolean, error: string, nonce: string | undefined): Response {
    const headers = new Headers({ date: new Date(Date.now() + this.skew).toUTCString() });
    if (nonce !== undefined) headers.set("dpop-nonce", nonce);
    if (!isApi) return Response.json({ error }, { status: 400, headers });
    if (this.exposesChallenges) headers.set("www-authenticate", `DPoP error="${error}", algs="ES256"`);
    return new Response(null, { status: 401, headers });
  }
}

async function proofOf(header: string | null): Promise<Proof | undefined> {
  if (header === null) return undefined;
  const { payload, protectedHeader } = await jwtVerify(header, EmbeddedJWK, { typ: "dpop+jwt" });
  const { jwk, alg } = protectedHeader;
  assert.deepEqual(Object.keys(protectedHeader).toSorted(), ["alg", "jwk", "typ"]);
  assert.equal(Object.hasOwn(jwk as JWK, "d"), false, "never the private key");
  return { claims: payload, alg, jkt: await calculateJwkThumbprint(jwk as JWK) };
}

function session(
  server: Server,
  { keys = memoryKeys(), ...proofs }: Partial<DpopOptions> = {},
  more: Partial<TokenClientOptions> = {},
) {
  const events: TokenEvent[] = [];
  const bound = dpop({ keys, ...proofs });
  const client = createTokenClient({
    tokenEndpoint: TOKEN_ENDPOINT,
    clientId: "test",
    key: "session",
    store: memoryStore(),
    dpop: bound,
    fetch: server.fetch,
    onEvent: (event) => void events.push(event),
    ...more,
  });
  const apiFetch = authorizedFetch(client, { origins: [API], fetch: server.fetch });
  const login = async () =>
    client.set(
      await password({
        tokenEndpoint: TOKEN_ENDPOINT,
        clientId: "test",
        username: "ada",
        password: "secret",
        fetch: server.fetch,
        dpop: bound,
      }),
    );
  return { client, apiFetch, login, dpop: bound, events };
}

test("login, API and refresh carry proofs of one key, each with its own jti, and ath where the token is", async () => {
  const server = new Server();
  const { client, apiFetch, login, dpop } = session(server);
  await login();
  assert.equal((await apiFetch(`${API}/orders?page=2#top`, { method: "POST", body: "{}" })).status, 200);
  await client.getToken({ mode: "force" });
  assert.equal((await apiFetch(`${API}/orders`)).status, 200);
  const proofs = server.seen.map(({ proof }) => proof);
  assert.deepEqual(new Set(proofs.map((proof) => proof?.jkt)), new Set([await dpop.thumbprint()]));
  assert.equal(new Set(proofs.map((proof) => proof?.claims["jti"])).size, 4);
  assert.deepEqual(
    proofs.map((proof) => [proof?.claims["htm"], proof?.claims["htu"], "ath" in (proof?.claims ?? {})]),
    [
      ["POST", TOKEN_ENDPOINT, false],
      ["POST", `${API}/orders`, true],
      ["POST", TOKEN_ENDPOINT, false],
      ["GET", `${API}/orders`, true],
    ],
  );
  assert.match(server.seen[1]?.authorization ?? "", /^DPoP access-/);
});

test("a nonce that a server requires is used at once, and remembered for its origin", async () => {
  const server = new Server();
  server.nonces.set(new URL(TOKEN_ENDPOINT).origin, "nonce-a").set(API, "nonce-b");
  const { client, apiFetch, login } = session(server);
  await login();
  for (const page of [1, 2]) {
    const response = await apiFetch(`${API}/orders?page=${page}`, { method: "PUT", body: "a body" });
    assert.equal(response.status, 200);
  }
  await client.getToken({ mode: "force" });
  assert.deepEqual(
    server.seen.map(({ proof }) => proof?.claims["nonce"]),
    [undefined, "nonce-a", undefined, "nonce-b", "nonce-b", "nonce-a"],
  );
});

test("the nonce of a page's API is used even if its challenge cannot be read", async () => {
  const server = new Server();
  server.exposesChallenges = false;
  server.nonces.set(API, "nonce");
  const { apiFetch, login } = session(server);
  await login();
  assert.equal((await apiFetch(`${API}/orders`)).status, 200);
  assert.equal(server.seen.length, 3);
});

test("a body that can be sent once is not sent again; with a function as body it is", async () => {
  const server = new Server();
  server.nonces.set(API, "nonce");
  const { apiFetch, login } = session(server);
  await login();
  const stream = () => new Blob(["streamed"]).stream();
  const duplex = { duplex: "half" } as RequestInit;
  const once = await apiFetch(`${API}/`, { method: "POST", body: stream(), ...duplex });
  assert.deepEqual([once.status, server.seen.length], [401, 2]);
  server.nonces.set(API, "next-nonce");
  const again = await apiFetch(`${API}/`, { method: "POST", body: stream });
  assert.deepEqual([again.status, server.seen.length], [200, 4]);
});

test("a server that never accepts a nonce is asked twice, no token is replaced, and the session stays", async () => {
  const server = new Server();
  let count = 0;
  server.nonces.get = () => `nonce-${(count += 1)}`;
  const { client, apiFetch } = session(server);
  await client.set(server.issue((await client.dpop?.thumbprint()) ?? ""));
  assert.equal((await apiFetch(`${API}/`)).status, 401);
  assert.equal(server.seen.length, 2);
  await assert.rejects(client.getToken({ mode: "force" }), { code: "token_unavailable" });
  assert.equal((await client.status()).state, "fresh");
});

test("a proof is dated by the server's clock once the server has refused one", async () => {
  const server = new Server();
  server.skew = -3_600_000;
  const { apiFetch, login } = session(server);
  await login();
  for (const status of [200, 200]) assert.equal((await apiFetch(`${API}/`)).status, status);
  assert.equal(server.seen.length, 2 + 3);
});

test("a session without a key is bound by its next refresh, without a login", async () => {
  const server = new Server();
  const { client, apiFetch, dpop, events } = session(server);
  await client.set(server.issue());
  assert.equal((await apiFetch(`${API}/`)).status, 200);
  assert.equal(server.seen[0]?.authorization?.slice(0, 6), "Bearer");
  assert.deepEqual(events, [{ type: "not_bound", generation: 1 }]);
  const { tokenType, accessToken } = await client.getToken({ mode: "force" });
  assert.equal(tokenType, "DPoP");
  assert.ok(accessToken.endsWith(await dpop.thumbprint()));
  assert.equal((await apiFetch(`${API}/`)).status, 200);
});

test("a server that binds nothing is used with Bearer tokens, and reported once for each", async () => {
  const server = new Server();
  server.binds = false;
  const { client, apiFetch, login, events } = session(server);
  await login();
  await client.getToken({ mode: "force" });
  assert.equal((await apiFetch(`${API}/`)).status, 200);
  await client.status();
  const reported = events.filter(({ type }) => type === "not_bound");
  assert.deepEqual(reported, [
    { type: "not_bound", generation: 1 },
    { type: "not_bound", generation: 2 },
  ]);
});

test("where a bound token is required, an unbound session is refreshed at once", async () => {
  const server = new Server();
  const { client } = session(server, { required: true });
  await client.set(server.issue());
  assert.equal((await client.getToken()).tokenType, "DPoP");
  assert.equal(server.seen.length, 1);
});

test("where a bound token is required, a Bearer token is not handed out, and the session stays", async () => {
  const server = new Server();
  server.binds = false;
  const { client, apiFetch } = session(server, { required: true });
  await client.set(server.issue());
  for (let call = 0; call < 3; call += 1) await assert.rejects(client.getToken(), { code: "client_config" });
  await assert.rejects(apiFetch(`${API}/`), { code: "client_config" });
  assert.equal(server.seen.length, 1, "one request, which a bound token could have come from");
  server.binds = true;
  assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
});

test("a session whose key is lost has ended for the program without the key, and goes on for the one with it", async () => {
  const server = new Server();
  const store = memoryStore();
  const owner = session(server, {}, { store });
  await owner.login();
  const other = session(server, {}, { store });
  await assert.rejects(other.client.getToken(), { code: "session_ended", reason: "key_lost" });
  const { state, reason } = await other.client.status();
  assert.deepEqual([state, reason], ["ended", "key_lost"]);
  await owner.client.getToken({ mode: "force" });
  assert.equal(server.seen.length, 2, "nothing was sent with the wrong key");
  await other.login();
  await other.client.getToken({ mode: "force" });
});

test("a confidential client whose key is lost gets tokens for the new one", async () => {
  const server = new Server();
  const store = memoryStore();
  const clientAuth = clientSecretPost("secret");
  const first = session(server, {}, { store, clientAuth });
  await first.client.set(server.issue(await first.dpop.thumbprint()));
  const { client, apiFetch, dpop } = session(server, {}, { store, clientAuth });
  const { accessToken } = await client.getToken();
  assert.ok(accessToken.endsWith(await dpop.thumbprint()));
  assert.equal((await apiFetch(`${API}/`)).status, 200);
});

test("a client without `dpop` does not spend the token of a bound session", async () => {
  const server = new Server();
  const store = memoryStore();
  await session(server, {}, { store }).login();
  const { client } = session(server, {}, { store, dpop: undefined });
  await assert.rejects(client.getToken({ mode: "force" }), { code: "client_config", message: /`dpop`/ });
  assert.equal(server.seen.length, 1);
});

test("if the key cannot be loaded nothing is sent, and the next call tries again", async () => {
  const server = new Server();
  let broken = true;
  const inner = memoryKeys();
  const keys: KeySource = (create) => {
    if (broken) throw new Error("no such place");
    return inner(create);
  };
  const { client, login } = session(server, { keys });
  await client.set(server.issue()).catch(() => {});
  await assert.rejects(login());
  await assert.rejects(client.getToken({ mode: "force" }), { code: "store_failed" });
  assert.equal(server.seen.length, 0);
  broken = false;
  await login();
  assert.equal((await client.getToken()).tokenType, "DPoP");
});

test("the server's list decides the algorithm, and each algorithm signs", async () => {
  for (const [algorithms, expected] of [
    [undefined, "ES256"],
    [["PS256", "ES256"], "ES256"],
    [["RS256", "PS256"], "PS256"],
    [["RS256"], "RS256"],
    [["ES384"], "ES384"],
    [["EdDSA"], "EdDSA"],
    [["Ed25519"], "Ed25519"],
  ] as const) {
    const server = new Server();
    await session(server, { algorithms }).login();
    assert.equal(server.seen[0]?.proof?.alg, expected);
  }
  const { login } = session(new Server(), { algorithms: ["HS256", "none"] });
  await assert.rejects(login(), { code: "client_config" });
});

test("a key pair of the program's own is used, if the server accepts its algorithm", async () => {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  const server = new Server();
  const { login, dpop } = session(server, { keys });
  await login();
  assert.equal(await dpop.keyPair(), keys);
  const other = session(new Server(), { keys, algorithms: ["PS256"] });
  await assert.rejects(other.login(), { code: "client_config", message: /ES256.*PS256/ });
});

test("the stored record names the key, keeps its schema, and has neither the key nor a nonce", async () => {
  const server = new Server();
  server.nonces.set(new URL(TOKEN_ENDPOINT).origin, "a-nonce");
  const store = memoryStore();
  const { login, dpop } = session(server, {}, { store });
  await login();
  const { record } = (await store.get("session")) as { record: CredentialRecord };
  assert.deepEqual([record.schema, record.jkt, record.tokenType], [1, await dpop.thumbprint(), "DPoP"]);
  assert.doesNotMatch(JSON.stringify(record), /a-nonce|"kty"/);
});

test("a session is bound in every kind of store, over a second client", async () => {
  const directory = temporaryFolder("dpop");
  const records = new Map<string, CredentialRecord>();
  const database = new DatabaseSync(":memory:");
  database.exec(sqlStoreSchema({ dialect: "sqlite" }));
  const query: SqlClient["query"] = (text, values) => {
    const statement = database.prepare(text);
    if (text.startsWith("SELECT")) return { rows: statement.all(...values), rowCount: null };
    return { rows: [], rowCount: Number(statement.run(...values).changes) };
  };
  const stores: Record<string, TokenStore> = {
    memory: memoryStore(),
    functions: fromGetSet(
      (key) => records.get(key),
      (key, record) => void records.set(key, structuredClone(record)),
    ),
    files: fileStore({ directory }),
    sqlite: sqlStore({ query }, { dialect: "sqlite" }),
  };
  for (const [name, store] of Object.entries(stores)) {
    const server = new Server();
    const keys = memoryKeys();
    await session(server, { keys }, { store }).client.set(server.issue());
    const first = session(server, { keys }, { store });
    assert.equal((await first.client.getToken({ mode: "force" })).tokenType, "DPoP", name);
    const second = session(server, { keys }, { store });
    assert.equal((await second.client.getToken({ mode: "force" })).tokenType, "DPoP", name);
    assert.equal((await first.apiFetch(`${API}/`)).status, 200, name);
    const stranger = session(server, {}, { store }).client.getToken();
    await assert.rejects(stranger, { code: "session_ended", reason: "key_lost" }, name);
  }
});

test("a nonce that is required is no refusal to be explained", async () => {
  const server = new Server();
  server.nonces.set(new URL(TOKEN_ENDPOINT).origin, "nonce");
  const explanations: unknown[] = [];
  const explaining = explainRefusals({
    explanationEndpoint: "https://auth.example/oauth/explain",
    fetch: server.fetch,
    onExplanation: (explanation) => explanations.push(explanation),
  });
  const { client } = session(server, {}, { fetch: explaining });
  await client.set(server.issue());
  assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
  assert.deepEqual([server.seen.length, explanations], [2, []]);
});
