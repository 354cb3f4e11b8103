import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newClientSettings } from "../../client-settings/settings.ts";
import { secretDigest } from "../../clients/authentication/client-secret.ts";
import { grantSecretHash } from "../../tokens/refresh-token.ts";
import { answersVectors, issuedVectors } from "../../passport/vectors/vectors.ts";
import type { AnsweredRequest, AnswersOfStack } from "../../passport/vectors/vectors.ts";
import { FORM, ISSUER, startService } from "../../testing.ts";
import type { TestService } from "../../testing.ts";
import type { PassportFamily } from "./requests.ts";

const YEAR = 365 * 86_400;
const LIFETIMES = { accessTtl: YEAR, refreshIdleTtl: YEAR, refreshMaxTtl: 3 * YEAR, retryWindow: 30 };

/** Where another answer is given on purpose, and which one: status, and error where it is one. */
const OTHERWISE: Record<string, { why: string; status: number; error?: Record<PassportFamily, string> }> = {
  array_client_id: {
    why: "Laravel answers 500 in Passport 8 to 12",
    status: 400,
    error: { "passport-8": "invalid_request", "passport-13": "invalid_request" },
  },
  payload_not_json: undecryptable("Laravel answers 500"),
  payload_empty_object: undecryptable("Laravel answers 500"),
  payload_is_auth_code_shape: undecryptable("Laravel answers 500"),
  json_invalid: {
    why: "Laravel answers an HTML page",
    status: 400,
    error: { "passport-8": "unsupported_grant_type", "passport-13": "unsupported_grant_type" },
  },
  reused_token: { why: "a retry inside the window gets the same answer", status: 200 },
  method_OPTIONS: { why: "it is a CORS preflight", status: 204 },
  method_GET_html: { why: "this endpoint knows no HTML", status: 405 },
};

function undecryptable(why: string) {
  return { why, status: 0, error: { "passport-8": "invalid_request", "passport-13": "invalid_grant" } };
}

/** Sessions whose rows Passport had revoked or removed when it was asked. */
const GONE: ReadonlySet<string> = new Set(["revoked_row", "missing_row"]);

for (const family of ["passport-8", "passport-13"] as const) {
  describe(`the token endpoint answers as ${family} does:`, () => {
    const vectors = answersVectors[family];
    let service: TestService;
    before(async () => {
      service = await startService({
        passportKey: issuedVectors.app_key,
        passportResponses: family,
        clientFailuresPerMinute: 1000,
      });
      service.clock.at = Date.parse(vectors.recorded_at);
      await importClients(service, vectors);
      for (const one of vectors.cases) if (!GONE.has(one.name)) await adopt(service, one);
    });
    after(() => service.close());

    for (const one of vectors.cases) {
      const otherwise = OTHERWISE[one.name];
      test(otherwise === undefined ? one.name : `${one.name}, but ${otherwise.why}`, async () => {
        const answer = await send(service, one);
        if (otherwise !== undefined) {
          const status = otherwise.status || (family === "passport-8" ? 401 : 400);
          assert.equal(answer.status, status, answer.text);
          assert.equal(answer.body["error"], otherwise.error?.[family]);
          return;
        }
        assert.equal(answer.status, one.status, answer.text);
        assert.equal(answer.headers.get("www-authenticate"), one.challenge);
        if (one.status === 200) {
          assert.deepEqual(Object.keys(answer.body), [
            "token_type",
            "expires_in",
            "access_token",
            "refresh_token",
          ]);
        } else if (one.answer !== null) {
          assert.equal(answer.text, one.answer);
        }
      });
    }
  });
}

async function importClients({ deps }: TestService, { clients }: AnswersOfStack): Promise<void> {
  for (const [name, { id, secret }] of Object.entries(clients)) {
    const given = { name, scopes: ["read", "write"], profile: "passport" } as const;
    const secrets = secret === null ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
    const isPublic = secret === null;
    const client = { ...newClientSettings(given, LIFETIMES, isPublic), id, public: isPublic, secrets };
    assert.equal(await deps.store.clients.create(client, "test"), true);
    if (name === "REV") await deps.store.clients.disable(id, "test");
  }
}

/** Imports the session of the token that the request presents, if it presents one that opens. */
async function adopt(
  { deps, passport }: TestService,
  { headers, body, path }: AnsweredRequest,
): Promise<void> {
  const presented = /def50200[0-9a-f]{160,}/i.exec(`${path} ${headers["content-type"]} ${body}`)?.[0];
  const old = presented === undefined ? undefined : await passport?.tokens.open(presented);
  if (old === undefined) return;
  const { clientId, scopes, subject } = old.payload;
  await deps.store.grants.adopt([
    {
      id: old.grantId,
      clientId: clientId === "" ? "1" : clientId,
      subject: subject ?? "nobody",
      scope: scopes.join(" "),
      secretHash: grantSecretHash(old.secret),
      maxTtl: 3 * YEAR,
    },
  ]);
}

function send(service: TestService, { method, path, headers, body }: AnsweredRequest) {
  const bodyless = ["GET", "HEAD", "OPTIONS"].includes(method);
  // A body that is bytes brings no content type of its own.
  const init = { method, headers, ...(bodyless ? {} : { body: Buffer.from(body) }) };
  return service.send(path.replace(ISSUER, ""), init);
}

test("a response has Passport's four members, byte for byte, and no lifetime that Passport does not say", async () => {
  for (const passportResponses of ["passport-8", "passport-13"] as const) {
    const service = await startService({ passportResponses });
    const client = await service.client({ profile: "passport" });
    const { refreshToken } = await service.grant(client);
    const { text, body } = await service.refresh(client, refreshToken);
    const { access_token, refresh_token } = body as Record<string, string>;
    assert.match(refresh_token ?? "", /^rgr_/);
    assert.equal(
      text,
      `{"token_type":"Bearer","expires_in":3600,"access_token":"${access_token}","refresh_token":"${refresh_token}"}`,
    );
    await service.close();
  }
});

test("too many attempts are refused in Laravel's words", async () => {
  const service = await startService({ passportResponses: "passport-13", clientFailuresPerMinute: 1 });
  const wrong = { grant_type: "refresh_token", client_id: "9", client_secret: "x", refresh_token: "x" };
  await service.post("/oauth/token", wrong);
  const limited = await service.post("/oauth/token", wrong);
  assert.equal(limited.status, 429);
  assert.equal(limited.text, '{"message":"Too Many Attempts."}');
  assert.match(limited.headers.get("retry-after") ?? "", /^\d+$/);
  await service.close();
});

test("more parameters than PHP reads are refused, however they are written", async () => {
  const service = await startService({ passportResponses: "passport-8" });
  const send = (type: string, body: string) =>
    service.send("/oauth/token", { method: "POST", headers: { "content-type": type }, body });
  for (const [count, error] of [
    [1000, "unsupported_grant_type"],
    [1001, "invalid_request"],
  ] as const) {
    assert.equal(
      (await send("application/json", JSON.stringify({ x: Array(count).fill("") }))).body["error"],
      error,
    );
    assert.equal((await send(FORM, "x[]=a&".repeat(count))).body["error"], error);
  }
  await service.close();
});

test("without the setting, nothing of it is said, and a repeated parameter is a fault", async () => {
  const service = await startService();
  const { body, status } = await service.send("/oauth/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=refresh_token&grant_type=refresh_token",
  });
  assert.equal(status, 400);
  assert.deepEqual(Object.keys(body), ["error", "error_description"]);
  assert.equal(body["error_description"], "A parameter is repeated.");
  await service.close();
});
