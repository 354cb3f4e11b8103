import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters } from "../testing.ts";
import { readCredentials } from "./request.ts";

const t = await startService();
after(() => t.close());

const OWN = { grant_type: "client_credentials" };
/** Has all that form-encoding and Basic treat specially. */
const ODD_SECRET = "100%+:& =;pä/ß🔑";
const client = await t.client({ grantTypes: ["client_credentials"] });
const odd = await t.client({ grantTypes: ["client_credentials"] }, { secret: ODD_SECRET });
const page = await t.client({}, { isPublic: true });

const MALFORMED = {
  status: 401,
  error: "invalid_client",
  description: "Client authentication failed.",
  cause: "malformed_basic",
};
const TWO_METHODS = { status: 400, error: "invalid_request", cause: "two_authentication_methods" };

function base64(pair: string): string {
  return Buffer.from(pair).toString("base64");
}

function basic(id: string, secret: string): string {
  return `Basic ${base64(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
}

function own(authorization: string, more: Parameters = {}): Promise<TestResponse> {
  return t.token({ ...OWN, ...more }, { authorization });
}

test("a client authenticates in the header or in the body", async () => {
  assert.equal((await own(basic(client.id, client.secret))).status, 200);
  assert.equal((await t.token({ ...OWN, ...client.credentials })).status, 200);
});

test("in the header both parts are form-encoded (RFC 6749 §2.3.1)", async () => {
  assert.equal((await own(basic(odd.id, ODD_SECRET))).status, 200);
  const plus = encodeURIComponent(ODD_SECRET).replaceAll("%20", "+");
  assert.equal((await own(`Basic ${base64(`${odd.id}:${plus}`)}`)).status, 200);
  assert.equal((await t.token({ ...OWN, client_id: odd.id, client_secret: ODD_SECRET })).status, 200);
});

test("what comes after the first colon is the secret, colons too", () => {
  const method = "client_secret_basic";
  assert.deepEqual(readCredentials(`Basic ${base64("id:a:b%3Ac")}`, new Map()), {
    method,
    clientId: "id",
    secret: "a:b:c",
    scheme: "Basic",
  });
});

test("any id and secret survive the header", () => {
  const unit = fc.constantFrom("a", "Z", "9", ":", "%", "+", " ", "&", "=", "/", "ä", "🔑", "\u0000", "\n");
  const text = fc.string({ unit, minLength: 1 });
  fc.assert(
    fc.property(text, text, (id, secret) => {
      const expected = { method: "client_secret_basic", clientId: id, secret, scheme: "Basic" };
      assert.deepEqual(readCredentials(basic(id, secret), new Map()), expected);
    }),
  );
});

test("the scheme's name has no case, and the client's id may stand in the body as well", async () => {
  const value = basic(client.id, client.secret).replace("Basic", "bAsIc ");
  assert.equal((await own(value, { client_id: client.id })).status, 200);
});

test("a header that cannot be read is refused with a challenge", async () => {
  const values = [
    "Basic",
    "Basic ",
    "Basic !!!",
    `Basic ${base64("no colon")}`,
    `Basic ${base64("id:100%")}`,
    `Basic ${Buffer.from("id:\xff", "latin1").toString("base64")}`,
    `Basic ${base64("id:secret")} trailing`,
  ];
  for (const value of values) {
    const answer = await t.refused(() => own(value), MALFORMED);
    assert.equal(answer.headers.get("www-authenticate"), 'Basic realm="OAuth", charset="UTF-8"');
  }
});

test("two authentication methods at once are refused, whether or not they agree (RFC 6749 §2.3)", async () => {
  const header = basic(client.id, client.secret);
  const withSecret = { client_id: client.id, client_secret: client.secret };
  await t.refused(() => own(header, withSecret), TWO_METHODS);
  await t.refused(() => own(header, { client_secret: client.secret }), TWO_METHODS);
  await t.refused(() => own(header, { client_id: odd.id }), TWO_METHODS);
});

test("a header of another scheme is no client authentication", async () => {
  const answer = await t.token({ ...OWN, ...client.credentials }, { authorization: "Bearer stale" });
  assert.equal(answer.status, 200);
  const missing = { status: 401, error: "invalid_client", cause: "client_id_missing" };
  await t.refused(() => own("Bearer stale"), missing);
});

test("a public client names itself in the body, or in the header without a secret", async () => {
  const { refreshToken } = await t.grant(page);
  tokensOf(await t.refresh(page, refreshToken));
  const parameters = { grant_type: "refresh_token", refresh_token: refreshToken };
  tokensOf(await t.token(parameters, { authorization: basic(page.id, "") }));
  tokensOf(await t.token({ ...parameters, client_id: page.id, client_secret: "" }));
});

test("every 401 has a challenge, wherever the credentials were (RFC 9110 §15.5.2)", async () => {
  const challenge = 'Basic realm="OAuth", charset="UTF-8"';
  const wrong = { client_id: client.id, client_secret: "wrong" };
  const refused: Parameters[] = [
    wrong,
    { client_id: client.id },
    { client_id: "nobody" },
    { ...wrong, client_id: page.id },
    {},
  ];
  for (const path of ["token", "revoke", "introspect", "revocations", "par", "device_authorization"]) {
    for (const parameters of refused) {
      const { status, headers } = await t.post(`/oauth/${path}`, { ...OWN, token: "x", ...parameters });
      assert.equal(status, 401, path);
      assert.equal(headers.get("www-authenticate"), challenge, path);
    }
  }
  assert.equal((await own(basic(client.id, "wrong"))).headers.get("www-authenticate"), challenge);
  assert.equal((await own("Bearer stale", wrong)).headers.get("www-authenticate"), challenge);
});

test("a script on the service's own origin gets no challenge that its browser answers with a dialog", async () => {
  const wrong = { ...OWN, client_id: client.id, client_secret: "wrong" };
  const challengeOf = async (site: string, authorization?: string) => {
    const headers = { "sec-fetch-site": site, ...(authorization === undefined ? {} : { authorization }) };
    const { status, headers: sent } = await t.token(authorization === undefined ? wrong : OWN, headers);
    assert.equal(status, 401);
    return sent.get("www-authenticate");
  };
  assert.equal(await challengeOf("same-origin"), 'xBasic realm="OAuth"');
  assert.match((await challengeOf("cross-site")) ?? "", /^Basic /);
  // RFC 6749 §5.2: the scheme that the client used.
  assert.match((await challengeOf("same-origin", basic(client.id, "wrong"))) ?? "", /^Basic /);
});
