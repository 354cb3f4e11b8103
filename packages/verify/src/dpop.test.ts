import assert from "node:assert/strict";
import { hash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JWK, JWTHeaderParameters, JWTPayload } from "jose";
import { protectedResource } from "./protected-resource.ts";
import type { RefusalCause } from "./refusals.ts";
import type { DpopOptions } from "./sender-options.ts";
import { AUDIENCE, AuthorizationServer, ISSUER, NOW } from "./testing.ts";
import type { Verdict, Verifier } from "./verifier.ts";

const server = await AuthorizationServer.start();
const API = "https://api.example";
const dpop = { baseUrl: API } satisfies DpopOptions;
const verifier = server.verifier({ dpop });

interface Key {
  privateKey: CryptoKey;
  jwk: JWK;
  jkt: string;
}

async function newKey(alg = "ES256"): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

const key = await newKey();
const token = await server.token({ cnf: { jkt: key.jkt } });
const ath = hash("sha256", token, "base64url");

type Changes = Record<string, unknown>;

/** A valid proof for `GET https://api.example/orders` with changes; an undefined member is omitted. */
function proof(claims: Changes = {}, header: Changes = {}, by = key): Promise<string> {
  const payload = { jti: randomUUID(), htm: "GET", htu: `${API}/orders`, iat: NOW, ath, ...claims };
  const head = { typ: "dpop+jwt", alg: "ES256", jwk: by.jwk, ...header };
  const given = (values: Changes) => JSON.parse(JSON.stringify(values)) as unknown;
  return new SignJWT(given(payload) as JWTPayload)
    .setProtectedHeader(given(head) as JWTHeaderParameters)
    .sign(by.privateKey);
}

interface Sent {
  authorization?: string;
  url?: string;
  by?: Verifier;
}

function send(dpopHeader: string | string[] | undefined, sent: Sent = {}): Promise<Verdict> {
  const { authorization = `DPoP ${token}`, url = "/orders?page=2", by = verifier } = sent;
  return by.verify({ method: "GET", url, headers: { authorization, dpop: dpopHeader } });
}

async function outcome(
  header: string | string[] | undefined,
  sent?: Sent,
): Promise<"accepted" | RefusalCause> {
  const verdict = await send(header, sent);
  return verdict.outcome === "accepted" ? "accepted" : verdict.refusal.cause;
}

async function challenge(header: string | undefined, sent?: Sent): Promise<[number, string | undefined]> {
  const verdict = await send(header, sent);
  assert.ok(verdict.outcome === "refused");
  return [verdict.refusal.status, verdict.refusal.headers["WWW-Authenticate"]];
}

test("a bound token with a proof of its key is accepted, and the handler learns the key", async () => {
  const verdict = await send(await proof());
  assert.ok(verdict.outcome === "accepted");
  assert.deepEqual(verdict.token.cnf, { jkt: key.jkt });
  const request = new Request(`${API}/orders`, {
    headers: { authorization: `DPoP ${token}`, dpop: await proof() },
  });
  assert.equal((await verifier.verify(request)).outcome, "accepted");
});

test("the example of RFC 9449 §7.1 is accepted at its time, with a token of the same digest, and refused at another", async () => {
  const example =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19." +
    "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9." +
    "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
  const { checkProof } = await import("./dpop-proof.ts");
  const expected = {
    method: "GET",
    urls: ["https://resource.example.org/protectedresource"],
    accessToken: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU",
    jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    algorithms: ["ES256"],
    maxAge: 60,
    now: 1_562_262_618,
  };
  assert.equal((await checkProof(example, expected)).outcome, "valid");
  assert.equal((await checkProof(example, { ...expected, now: NOW })).outcome, "proof_expired");
  assert.equal((await checkProof(example, { ...expected, accessToken: "x" })).outcome, "proof_wrong_token");
});

const other = await newKey();
const rsa = await newKey("RS256");
const symmetric = { kty: "oct", k: "c2VjcmV0" };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const privateJwk = await exportJWK(key.privateKey);

/** The malformed proofs: each is refused for its own reason, and tells the client nothing of it. */
const MALFORMED: Record<string, [RefusalCause, () => string | Promise<string>]> = {
  "no typ": ["proof_wrong_type", () => proof({}, { typ: undefined })],
  "another typ": ["proof_wrong_type", () => proof({}, { typ: "JWT" })],
  "no alg": ["proof_wrong_algorithm", async () => headed(await proof(), { alg: undefined })],
  "alg none": ["proof_wrong_algorithm", async () => headed(await proof(), { alg: "none" })],
  "alg none without signature": [
    "proof_malformed",
    async () => headed(await proof(), { alg: "none" }).replace(/[^.]*$/, ""),
  ],
  "alg RS256": ["proof_wrong_algorithm", () => proof({}, { alg: "RS256", jwk: rsa.jwk }, rsa)],
  "alg HS256": ["proof_wrong_algorithm", async () => headed(await proof(), { alg: "HS256", jwk: symmetric })],
  "no jwk": ["proof_malformed", () => proof({}, { jwk: undefined })],
  "a jwk that is no key": ["proof_malformed", () => proof({}, { jwk: "key" })],
  "a symmetric jwk": ["proof_malformed", () => proof({}, { jwk: symmetric })],
  "a private jwk": ["proof_malformed", () => proof({}, { jwk: privateJwk })],
  "a jwk of another type": ["wrong_proof_key", () => proof({}, { jwk: rsa.jwk })],
  "another key": ["wrong_proof_key", () => proof({}, {}, other)],
  "a signature by another key": ["proof_wrong_signature", () => proof({}, { jwk: key.jwk }, other)],
  "a broken signature": [
    "proof_wrong_signature",
    async () =>
      (await proof()).replace(/\.(.)([^.]*)$/, (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}`),
  ],
  "a critical extension": [
    "proof_malformed",
    async () => headed(await proof(), { crit: ["b64"], b64: false }),
  ],
  "no jti": ["proof_malformed", () => proof({ jti: undefined })],
  "an empty jti": ["proof_malformed", () => proof({ jti: "" })],
  "a jti of 257 characters": ["proof_malformed", () => proof({ jti: "j".repeat(257) })],
  "no htm": ["proof_wrong_method", () => proof({ htm: undefined })],
  "another htm": ["proof_wrong_method", () => proof({ htm: "POST" })],
  "htm in lower case": ["proof_wrong_method", () => proof({ htm: "get" })],
  "no htu": ["proof_malformed", () => proof({ htu: undefined })],
  "the path of another htu": ["proof_wrong_url", () => proof({ htu: `${API}/orders/1` })],
  "the host of another htu": ["proof_wrong_url", () => proof({ htu: "https://other.example/orders" })],
  "the port of another htu": ["proof_wrong_url", () => proof({ htu: `${API}:8443/orders` })],
  "the scheme of another htu": ["proof_wrong_url", () => proof({ htu: "http://api.example/orders" })],
  "no iat": ["proof_malformed", () => proof({ iat: undefined })],
  "iat as text": ["proof_malformed", () => proof({ iat: String(NOW) })],
  "iat an hour ago": ["proof_expired", () => proof({ iat: NOW - 3600 })],
  "iat in an hour": ["proof_expired", () => proof({ iat: NOW + 3600 })],
  "no ath": ["proof_wrong_token", () => proof({ ath: undefined })],
  "the ath of another token": ["proof_wrong_token", () => proof({ ath: hash("sha256", "x", "base64url") })],
  "no JWS": ["proof_malformed", () => "proof"],
  "an empty header": ["proof_malformed", () => ""],
  "more than 8192 characters": ["proof_malformed", () => proof({ more: "x".repeat(8192) })],
  "two proofs in one header": ["proof_malformed", async () => `${await proof()}, ${await proof()}`],
};

/** The proof with another header, so that its signature does not fit any more. */
function headed(jws: string, header: Changes): string {
  return jws.replace(/^[^.]*/, encode({ typ: "dpop+jwt", alg: "ES256", jwk: key.jwk, ...header }));
}

for (const [what, [cause, make]] of Object.entries(MALFORMED)) {
  test(`a proof is refused: ${what}`, async () => {
    const header = await make();
    assert.equal(await outcome(header), cause);
    const [status, text] = await challenge(header);
    assert.equal(status, 401);
    const error = cause === "wrong_proof_key" ? "invalid_token" : "invalid_dpop_proof";
    assert.match(
      text ?? "",
      new RegExp(`^Bearer, DPoP error="${error}", error_description="[^"]+", algs="ES256 `),
    );
  });
}

test("two headers are refused, also where they are the same", async () => {
  const twice = await proof();
  assert.equal(await outcome([twice, await proof()]), "proof_malformed");
  const headers = new Headers({ authorization: `DPoP ${token}` });
  headers.append("DPoP", twice);
  headers.append("DPoP", twice);
  const verdict = await verifier.verify({ method: "GET", url: "/orders", headers });
  assert.ok(verdict.outcome === "refused");
  assert.equal(verdict.refusal.cause, "proof_malformed");
  assert.equal(await outcome(undefined), "proof_missing");
});

test("what does not matter is ignored: further members, nbf and exp, ten seconds, the spelling of htu and of the scheme", async () => {
  for (const claims of [
    { nbf: NOW + 3600 },
    { exp: NOW - 3600 },
    { sub: "x", more: { a: 1 } },
    { iat: NOW - 10 },
    { iat: NOW + 10 },
    { htu: `${API}/orders?page=2#part` },
    { htu: "HTTPS://API.example/orders" },
    { htu: "https://api.example:443/orders" },
  ]) {
    assert.equal(await outcome(await proof(claims)), "accepted", JSON.stringify(claims));
  }
  assert.equal(await outcome(await proof({}, { kid: "1", more: 1 })), "accepted");
  for (const scheme of ["dpop", "DPOP", "dPoP"]) {
    assert.equal(await outcome(await proof(), { authorization: `${scheme} ${token}` }), "accepted", scheme);
  }
});

test("each default algorithm is accepted, and RS256 only where it is allowed", async () => {
  for (const alg of ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"] as const) {
    const own = await newKey(alg);
    const bound = await server.token({ cnf: { jkt: own.jkt } });
    const header = () => proof({ ath: hash("sha256", bound, "base64url") }, { alg, jwk: own.jwk }, own);
    const authorization = `DPoP ${bound}`;
    const expected = alg === "RS256" ? "proof_wrong_algorithm" : "accepted";
    assert.equal(await outcome(await header(), { authorization }), expected, alg);
    const by = server.verifier({ dpop: { ...dpop, algorithms: [alg] } });
    assert.equal(await outcome(await header(), { authorization, by }), "accepted", alg);
  }
});

test("a proof is used once, by one key; another key's with the same jti is another one", async () => {
  const once = await proof({ jti: "once" });
  assert.equal(await outcome(once), "accepted");
  assert.equal(await outcome(once), "proof_used");
  assert.equal(await outcome(await proof({ jti: "once", iat: NOW + 1 })), "accepted", "another second");
  const bound = await server.token({ cnf: { jkt: other.jkt } });
  const header = await proof({ jti: "once", ath: hash("sha256", bound, "base64url") }, {}, other);
  assert.equal(await outcome(header, { authorization: `DPoP ${bound}` }), "accepted");
});

test("instances with one memory of used proofs refuse each other's; when it fails, the request gets 503", async () => {
  const used = new Map<string, number>();
  let isDown = false;
  const replays = {
    async use(id: string, ttl: number) {
      if (isDown) throw new Error("down");
      return used.size < used.set(id, ttl).size;
    },
  };
  const nodes = [
    server.verifier({ dpop: { ...dpop, replays } }),
    server.verifier({ dpop: { ...dpop, replays } }),
  ];
  const once = await proof({ iat: NOW - 10 });
  assert.equal(await outcome(once, { by: nodes[0] as Verifier }), "accepted");
  assert.equal(await outcome(once, { by: nodes[1] as Verifier }), "proof_used");
  assert.deepEqual([...used.values()], [51], "until it would be too old");
  assert.match([...used.keys()].join(), /^[\w-]{43}$/);
  isDown = true;
  const errors = server.errors.length;
  assert.equal(await outcome(await proof(), { by: nodes[0] as Verifier }), "replays_unavailable");
  assert.equal(server.errors.length, errors + 1);
});

test("a bound token is refused as a bearer token, an unbound one with the scheme DPoP", async () => {
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal(await outcome(await proof(), bearer), "sender_constrained");
  const [status, text] = await challenge(await proof(), bearer);
  assert.equal(status, 401);
  assert.match(text ?? "", /^Bearer error="invalid_token", .*, DPoP algs="ES256 EdDSA Ed25519 PS256"$/);
  const unbound = await server.token();
  const header = await proof({ ath: hash("sha256", unbound, "base64url") });
  assert.equal(await outcome(header, { authorization: `DPoP ${unbound}` }), "not_sender_constrained");
  assert.equal(await outcome(undefined, { authorization: `Bearer ${unbound}` }), "accepted");
});

test("where DPoP is required, bearer tokens are refused, and only DPoP is offered", async () => {
  const by = server.verifier({ dpop: { ...dpop, required: true } });
  const authorization = `Bearer ${await server.token()}`;
  assert.equal(await outcome(undefined, { by, authorization }), "not_sender_constrained");
  const [, text] = await challenge(undefined, { by, authorization });
  assert.match(text ?? "", /^DPoP error="invalid_token", error_description="[^"]*", algs="[^"]*"$/);
  assert.deepEqual(await challenge(undefined, { by, authorization: "" }), [
    401,
    'DPoP algs="ES256 EdDSA Ed25519 PS256"',
  ]);
  assert.equal(await outcome(await proof(), { by }), "accepted");
});

test("without the option, no bound token is accepted, with whatever proof", async () => {
  const by = server.verifier();
  assert.equal(await outcome(await proof(), { by }), "token_missing");
  assert.equal(await outcome(await proof(), { by, authorization: `Bearer ${token}` }), "sender_constrained");
});

test("a token that is bound in an unknown way is refused", async () => {
  for (const cnf of [{}, { kid: "1" }, { jkt: key.jkt, kid: "1" }, { "x5t#S256": "x" }]) {
    const bound = await server.token({ cnf });
    for (const scheme of ["Bearer", "DPoP"]) {
      const header = await proof({ ath: hash("sha256", bound, "base64url") });
      const authorization = `${scheme} ${bound}`;
      assert.equal(await outcome(header, { authorization }), "sender_constrained", JSON.stringify(cnf));
    }
  }
});

test("the proof names the URL that the client saw: below the base URLs, whatever the Host header and the router say", async () => {
  const resource = protectedResource({ resource: AUDIENCE, authorizationServers: [ISSUER], dpop: {} });
  const described = server.verifier({ resource, dpop: {} });
  assert.equal(await outcome(await proof(), { by: described }), "accepted", "the resource's origin");
  const behind = server.verifier({ dpop: { baseUrl: ["https://api.example/v2/", "https://old.example"] } });
  for (const [htu, expected] of [
    ["https://api.example/v2/orders", "accepted"],
    ["https://old.example/orders", "accepted"],
    [`${API}/orders`, "proof_wrong_url"],
    ["http://127.0.0.1/orders", "proof_wrong_url"],
  ] as const) {
    assert.equal(await outcome(await proof({ htu }), { by: behind }), expected, htu);
    const request = new Request("http://127.0.0.1/orders?a=b", {
      headers: { authorization: `DPoP ${token}`, dpop: await proof({ htu }), host: "127.0.0.1" },
    });
    const verdict = await behind.verify(request);
    assert.equal(verdict.outcome, expected === "accepted" ? "accepted" : "refused", htu);
  }
  const headers = { authorization: `DPoP ${token}`, dpop: await proof(), host: "api.example" };
  const mounted = { method: "GET", url: "/", originalUrl: "/orders", headers };
  assert.equal((await verifier.verify(mounted)).outcome, "accepted");
});

test("with nonces, a proof without one is refused with the next, which all instances with the secret accept", async () => {
  const nonce = { secret: "a secret of thirty-two characters!", lifetime: 100 };
  const nodes = [0, 1].map(() => server.verifier({ dpop: { ...dpop, nonce } }));
  const [by, second] = nodes as [Verifier, Verifier];
  const verdict = await send(await proof(), { by });
  assert.ok(verdict.outcome === "refused");
  const { cause, status, headers } = verdict.refusal;
  assert.deepEqual([cause, status], ["proof_without_nonce", 401]);
  assert.match(headers["WWW-Authenticate"] ?? "", /^Bearer, DPoP error="use_dpop_nonce", /);
  assert.match(headers["Access-Control-Expose-Headers"] ?? "", /, DPoP-Nonce$/);
  const given = headers["DPoP-Nonce"];
  const accepted = await send(await proof({ nonce: given }), { by: second });
  assert.ok(accepted.outcome === "accepted");
  assert.equal(accepted.headers["DPoP-Nonce"], given);
  try {
    for (const [seconds, expected] of [
      [50, "accepted"],
      [100, "proof_without_nonce"],
      [-50, "accepted"],
      [-100, "proof_without_nonce"],
    ] as const) {
      server.now = (NOW + seconds) * 1000;
      const later = await proof({ nonce: given, iat: NOW + seconds });
      assert.equal(await outcome(later, { by }), expected, `after ${seconds} s`);
    }
  } finally {
    server.now = NOW * 1000;
  }
  const foreign = server.verifier({ dpop: { ...dpop, nonce: { secret: "x".repeat(32), lifetime: 100 } } });
  assert.equal(await outcome(await proof({ nonce: given }), { by: foreign }), "proof_without_nonce");
  assert.equal(await outcome(await proof({ nonce: 5 }), { by }), "proof_without_nonce");
});

test("a revoked or expired token is refused for that, with whatever proof", async () => {
  const expired = await server.token({ cnf: { jkt: key.jkt }, exp: NOW - 60 });
  assert.equal(await outcome(await proof(), { authorization: `DPoP ${expired}` }), "expired");
  assert.equal(await outcome(await proof(), { authorization: "DPoP" }), "header_malformed");
  assert.equal((await challenge(await proof(), { authorization: "DPoP" }))[0], 400);
});

test("invalid options and a request that cannot be checked are the programmer's", async () => {
  for (const options of [
    {},
    { baseUrl: [] },
    { baseUrl: "api.example" },
    { ...dpop, algorithms: [] },
    { ...dpop, algorithms: ["HS256" as "ES256"] },
    { ...dpop, maxAge: 5 },
    { ...dpop, nonce: { secret: "short" } },
  ] as DpopOptions[]) {
    assert.throws(() => server.verifier({ dpop: options }), TypeError, JSON.stringify(options));
  }
  const headers = { authorization: `DPoP ${token}`, dpop: await proof() };
  await assert.rejects(verifier.verify({ headers, url: "/orders" }), TypeError);
  await assert.rejects(verifier.verify({ headers, method: "GET" }), TypeError);
});
