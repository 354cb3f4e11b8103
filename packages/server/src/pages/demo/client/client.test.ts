import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";
import { authorizationRequest, decodeJwt, readAuthorizationResponse } from "./authorization.js";
import { noteOf, raceNote, spanText } from "./notes.js";
import { newSession, takeIn } from "./session.js";

const ISSUER = "https://auth.example";
const NOW = 1_800_000_000_000;
const SETTINGS = {
  issuer: ISSUER,
  clientId: "client",
  scope: "read write",
  redirectUri: `${ISSUER}/demo/callback`,
  authorizationEndpoint: `${ISSUER}/oauth/authorize`,
  tokenEndpoint: `${ISSUER}/oauth/token`,
  revocationEndpoint: `${ISSUER}/oauth/revoke`,
  explanationEndpoint: `${ISSUER}/oauth/explain`,
};

/** A 200 of the token endpoint with this refresh token. */
const tokens = (refresh_token: string) => ({
  status: 200,
  body: { access_token: "a.b.c", expires_in: 300, refresh_token, refresh_token_retry_window: 60 },
});

const refusal = (error_reason: string) => ({ status: 400, body: { error: "invalid_grant", error_reason } });

/** What sending each of these refresh tokens was, where the response is the one beside it. */
function outcomes(session: ReturnType<typeof newSession>, ...pairs: [string | null, string][]): string[] {
  return pairs.map(([sent, received]) => takeIn(session, sent, tokens(received), NOW));
}

describe("the authorization request", () => {
  test("has PKCE with S256, and a state and a verifier that are never the same", async () => {
    const { url, pending } = await authorizationRequest(SETTINGS);
    assert.deepEqual(Object.fromEntries(new URL(url).searchParams), {
      response_type: "code",
      client_id: "client",
      redirect_uri: SETTINGS.redirectUri,
      scope: "read write",
      state: pending.state,
      code_challenge: hash("sha256", pending.verifier, "base64url"),
      code_challenge_method: "S256",
    });
    assert.match(pending.verifier, /^[A-Za-z0-9_-]{43}$/);
    assert.doesNotMatch(url, new RegExp(pending.verifier));
    const other = (await authorizationRequest(SETTINGS)).pending;
    assert.equal(new Set([pending.state, pending.verifier, other.state, other.verifier]).size, 4);
  });

  test("accepts only the response with its state and its issuer", () => {
    const pending = { state: "s", verifier: "v" };
    const read = (query: string, known: typeof pending | null = pending) =>
      readAuthorizationResponse(new URLSearchParams(query), known, ISSUER);
    const iss = `iss=${encodeURIComponent(ISSUER)}`;
    assert.deepEqual(read(`code=c&state=s&${iss}`), { code: "c", verifier: "v" });
    assert.equal(read(`code=c&state=other&${iss}`), null);
    assert.equal(read(`code=c&${iss}`), null);
    assert.equal(read(`code=c&state=s&${iss}`, null), null);
    for (const other of ["code=c&state=s", "code=c&state=s&iss=https://evil.example"]) {
      assert.ok("refusal" in (read(other) ?? {}), other);
    }
    const denied = read(`error=access_denied&error_description=No.&state=s&${iss}`);
    assert.deepEqual(denied, { refusal: "access_denied: No." });
  });
});

describe("a response of the token endpoint", () => {
  test("is a rotation, a retry or an extension by what it does to the known tokens", () => {
    const session = newSession();
    const found = outcomes(session, [null, "1"], ["1", "2"], ["1", "2"], ["2", "3"], ["1", "3"], ["3", "3"]);
    assert.deepEqual(found, ["first", "rotated", "retried", "rotated", "retried", "extended"]);
    assert.deepEqual(session.tokens, [
      { value: "1", spentAt: NOW },
      { value: "2", spentAt: NOW },
      { value: "3", spentAt: null },
    ]);
    assert.deepEqual(session.access, { jwt: "a.b.c", issuedAt: NOW, expiresAt: NOW + 300_000 });
    assert.equal(session.retryWindow, 60_000);
  });

  test("is a late retry if the token was spent longer ago than the retry window", () => {
    const session = newSession();
    outcomes(session, [null, "1"], ["1", "2"]);
    assert.equal(takeIn(session, "1", tokens("2"), NOW + 60_000), "retried");
    assert.equal(takeIn(session, "1", tokens("2"), NOW + 60_001), "late");
    assert.equal(takeIn(session, "2", tokens("3"), NOW + 90_000), "rotated");
  });

  test("is a retry if it brings what a lost response had", () => {
    const session = newSession();
    outcomes(session, [null, "1"]);
    session.lost = "2";
    assert.deepEqual(outcomes(session, ["1", "2"], ["2", "3"]), ["retried", "rotated"]);
  });

  test("ends the session only if no refresh can succeed any more", () => {
    const session = newSession();
    assert.equal(takeIn(session, "1", refusal("invalid"), NOW), "refused");
    assert.equal(
      takeIn(session, "1", { status: 503, body: { error: "temporarily_unavailable" } }, NOW),
      "refused",
    );
    assert.equal(takeIn(session, "1", { status: 0, body: {} }, NOW), "refused");
    assert.equal(session.ended, null);
    takeIn(session, "1", refusal("reused"), NOW);
    assert.equal(session.ended, "reused");
  });
});

test("the notes tell refusals and races apart", () => {
  const exchange = { request: "", response: "", ms: 1 };
  assert.match(noteOf("refused", { ...exchange, ...refusal("reused") }), /^Taken for stolen/);
  assert.match(noteOf("refused", { ...exchange, status: 0, body: {} }), /The session is intact/);
  const unknown = { status: 401, body: { error: "invalid_client" } };
  assert.equal(noteOf("refused", { ...exchange, ...unknown }), "Refused: invalid_client");
  const race = (...received: string[]) => raceNote(received.map((one) => ({ ...exchange, ...tokens(one) })));
  assert.match(race("2", "2", "2") ?? "", /^3 requests at once, 3 times 200, 1 successor:/);
  assert.match(race("2", "3") ?? "", /2 successors/);
  assert.equal(raceNote([{ ...exchange, ...refusal("revoked") }]), undefined);
});

test("a JWT is decoded as UTF-8, and time spans have the unit that fits", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const jwt = `${part({ alg: "EdDSA" })}.${part({ sub: "Zoë?>" })}.c2ln`;
  assert.deepEqual(decodeJwt(jwt), [{ alg: "EdDSA" }, { sub: "Zoë?>" }]);
  assert.deepEqual([-5, 1, 59_001, 125_000, 7_200_000, 864_000_000].map(spanText), [
    "0 s",
    "1 s",
    "60 s",
    "2:05 min",
    "2 h",
    "10 days",
  ]);
});
