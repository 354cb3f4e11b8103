import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { newClientSettings } from "../client-settings/settings.ts";
import { secretDigest } from "../clients/authentication/client-secret.ts";
import { readPassportKey } from "../config/passport.ts";
import { keysOfRawKey, seal } from "../passport/defuse.ts";
import { legacyGrantDeriver } from "../passport/legacy-grant.ts";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import type { IssuedStack, IssuedToken } from "../passport/vectors/vectors.ts";
import type { ClientSettings } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, TestService } from "../testing.ts";
import { grantSecretHash } from "../tokens/refresh-token.ts";

const SECOND = 1000;
const YEAR = 365 * 86_400;
const LIFETIMES = { accessTtl: YEAR, refreshIdleTtl: YEAR, refreshMaxTtl: 3 * YEAR, retryWindow: 30 };

const { app_key: APP_KEY, defuse_key: DEFUSE_KEY } = issuedVectors;
/** Real Passport 10; a token of client 1, of user 7, with `read write`. */
const STACK = stackNamed("passport-10.4.2");
const [TOKEN] = STACK.tokens as [IssuedToken];

function stackNamed(name: string): IssuedStack {
  const stack = issuedVectors.stacks.find((one) => one.stack === name);
  assert.ok(stack, name);
  return stack;
}

async function importClients(
  { deps }: TestService,
  { tokens }: IssuedStack,
  given: Partial<ClientSettings> = {},
) {
  const clients = new Map(tokens.map((token) => [token.client_id, token.client_secret]));
  for (const [id, secret] of clients) {
    const settings = newClientSettings(
      { name: id, scopes: ["read", "write"], profile: "passport", ...given },
      LIFETIMES,
      secret === null,
    );
    const secrets = secret === null ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
    await deps.store.clients.create({ ...settings, id, public: secret === null, secrets }, "test");
  }
}

function sessionOf({ payload }: IssuedToken, appKey = APP_KEY) {
  const key = readPassportKey(appKey);
  assert.ok(key);
  const { grantId: id, secret } = legacyGrantDeriver(key)(payload.refresh_token_id);
  const scope = payload.scopes.join(" ");
  const { client_id: clientId, user_id } = payload;
  return {
    id,
    clientId,
    subject: String(user_id),
    scope,
    secretHash: grantSecretHash(secret),
    maxTtl: 3 * YEAR,
  };
}

async function importAll(service: TestService, stack: IssuedStack, appKey = APP_KEY): Promise<void> {
  await importClients(service, stack);
  const sessions = stack.tokens.map((token) => sessionOf(token, appKey));
  assert.equal(await service.deps.store.grants.adopt(sessions), stack.tokens.length);
}

let service: TestService;

/** A service that has Passport's key, at an hour after the stack's tokens were issued. */
async function start(stack = STACK, settings: Parameters<typeof startService>[0] = {}): Promise<void> {
  service = await startService({ passportKey: APP_KEY, ...settings });
  service.clock.at = (stack.issued_at + 3600) * SECOND;
}
beforeEach(() => start());
afterEach(() => service.close());

function refresh(
  token: IssuedToken,
  presented = token.refresh_token,
  more: Record<string, string> = {},
): Promise<TestResponse> {
  const { client_id, client_secret } = token;
  const credentials = { client_id, ...(client_secret === null ? {} : { client_secret }) };
  return service.post("/oauth/token", {
    grant_type: "refresh_token",
    ...credentials,
    refresh_token: presented,
    ...more,
  });
}

describe("every token that a PHP stack issued moves its session, and the session goes on:", () => {
  for (const stack of issuedVectors.stacks) {
    test(stack.stack, async () => {
      const key = stack.stack.endsWith("keymode") ? DEFUSE_KEY : APP_KEY;
      await service.close();
      await start(stack, { passportKey: key });
      await importAll(service, stack, key);
      for (const token of stack.tokens) {
        const moved = tokensOf(await refresh(token));
        assert.match(moved.refreshToken, /^rgr_/);
        const { header, claims } = await service.verified(moved.accessToken);
        const { aud, sub, scopes } = token.claims;
        assert.deepEqual([claims.aud, claims.sub, claims["scopes"]], [aud, sub, scopes]);
        assert.equal(header.typ, "JWT");
        service.clock.at += 60 * SECOND;
        const next = tokensOf(await refresh(token, moved.refreshToken));
        assert.notEqual(next.refreshToken, moved.refreshToken);
      }
    });
  }
});

test("a retry inside the window gets the same tokens; so do 50 that come at once", async () => {
  await importAll(service, STACK);
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(TOKEN)));
  const first = tokensOf(answers[0] as TestResponse);
  for (const answer of answers) assert.deepEqual(tokensOf(answer), first);
  service.clock.at += 29 * SECOND;
  const retried = tokensOf(await refresh(TOKEN));
  assert.deepEqual([retried.accessToken, retried.refreshToken], [first.accessToken, first.refreshToken]);
  const grants = await service.deps.store.grants.list({ subject: "7" }, { limit: 10 });
  assert.deepEqual(
    grants.map(({ generation }) => generation).toSorted((a, b) => a - b),
    [0, 1],
    "one of the two sessions moved",
  );
});

test("the old token presented later is reuse of the grant that it became", async () => {
  await importAll(service, STACK);
  const moved = tokensOf(await refresh(TOKEN));
  service.clock.at += 60 * SECOND;
  const head = tokensOf(await refresh(TOKEN, moved.refreshToken));
  service.clock.at += 60 * SECOND;
  const refusal = { status: 400, error: "invalid_grant", reason: "reused", cause: "reused" };
  await service.refused(() => refresh(TOKEN), refusal);
  const ended = { ...refusal, reason: "revoked", cause: "revoked" };
  await service.refused(() => refresh(TOKEN, head.refreshToken), ended);
  const [event] = await service.deps.store.events.list({ type: "grant.reused" }, 1);
  assert.deepEqual([event?.data["generation"], event?.data["distance"]], [0, 2]);
});

test("a late retry of the move is believed once, as any late retry is", async () => {
  await importAll(service, STACK);
  const moved = tokensOf(await refresh(TOKEN));
  service.clock.at += 600 * SECOND;
  assert.equal(tokensOf(await refresh(TOKEN)).refreshToken, moved.refreshToken);
});

test("a move goes on in another process, and after a restart", async () => {
  await importAll(service, STACK);
  const moved = tokensOf(await refresh(TOKEN));
  const { folder, clock } = service;
  await service.close();
  service = await startService({ passportKey: APP_KEY }, { folder, clock });
  assert.deepEqual(tokensOf(await refresh(TOKEN)), moved);
});

test("a retry of a move in the token's last second is heard", async () => {
  await importAll(service, STACK);
  service.clock.at = TOKEN.payload.expire_time * SECOND - 1;
  const moved = tokensOf(await refresh(TOKEN));
  service.clock.at += 20 * SECOND;
  assert.equal(tokensOf(await refresh(TOKEN)).refreshToken, moved.refreshToken);
});

describe("refused is", () => {
  const invalid = { status: 400, error: "invalid_grant", reason: "invalid" };

  test("a token that no import knew", async () => {
    await importClients(service, STACK);
    await service.refused(() => refresh(TOKEN), { ...invalid, cause: "unknown" });
  });

  test("a token of another client, which stays good for its own", async () => {
    await importAll(service, STACK);
    const other = STACK.tokens.find(({ client_id }) => client_id === "2") as IssuedToken;
    await service.refused(() => refresh(other, TOKEN.refresh_token), {
      ...invalid,
      cause: "client_mismatch",
    });
    assert.equal((await refresh(TOKEN)).status, 200);
  });

  test("a token whose own time is over, whatever the row says", async () => {
    await importAll(service, STACK);
    service.clock.at = TOKEN.payload.expire_time * SECOND;
    await service.refused(() => refresh(TOKEN), { ...invalid, reason: "expired", cause: "expired" });
  });

  test("a token of a session that was revoked here", async () => {
    await importAll(service, STACK);
    await service.deps.store.grants.revoke(sessionOf(TOKEN).id, "revoked_by_operator", "test");
    await service.refused(() => refresh(TOKEN), { ...invalid, reason: "revoked", cause: "revoked" });
  });

  test("a wider scope, and the token is not consumed", async () => {
    await importAll(service, STACK);
    const wider = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
    await service.refused(() => refresh(TOKEN, TOKEN.refresh_token, { scope: "read admin" }), wider);
    assert.equal((await refresh(TOKEN)).status, 200);
  });

  test("an authorization code of Passport's, as a refresh token and as a code", async () => {
    await importClients(service, STACK, { grantTypes: ["refresh_token", "authorization_code"] });
    const [code = ""] = stackNamed("league-9.4.1").auth_codes;
    await service.refused(() => refresh(TOKEN, code), { ...invalid, cause: "forged" });
    const { client_id, client_secret } = TOKEN;
    const exchange = {
      client_id,
      client_secret: client_secret ?? "",
      grant_type: "authorization_code",
      code,
    };
    const unknown = { status: 400, error: "invalid_grant", cause: "unknown_code" };
    await service.refused(() => service.post("/oauth/token", exchange), unknown);
  });

  test("what was tampered with", async () => {
    await importAll(service, STACK);
    const last = TOKEN.refresh_token.at(-1) === "0" ? "1" : "0";
    for (const token of [TOKEN.refresh_token.slice(0, -1) + last, TOKEN.refresh_token.slice(0, 200)]) {
      await service.refused(() => refresh(TOKEN, token), { ...invalid, cause: "forged" });
    }
  });

  test("every token of Passport's while its key is not configured", async () => {
    await service.close();
    service = await startService();
    await importClients(service, STACK);
    await service.refused(() => refresh(TOKEN), { ...invalid, cause: "forged" });
  });
});

describe("tokens that no import knew, where they are trusted,", () => {
  beforeEach(async () => {
    await service.close();
    await start(STACK, { passportUnknownTokens: "trust" });
    await importClients(service, STACK);
  });

  test("move a session that is made of their payload, once for all who race", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(TOKEN)));
    const first = tokensOf(answers[0] as TestResponse);
    for (const answer of answers) assert.equal(tokensOf(answer).refreshToken, first.refreshToken);
    const grant = await service.deps.store.grants.find(sessionOf(TOKEN).id);
    assert.deepEqual([grant?.subject, grant?.scope, grant?.clientId], ["7", "read write", "1"]);
    const events = await service.deps.store.events.list({ type: "grant.created" }, 10);
    assert.deepEqual(
      events.map(({ data }) => data["via"]),
      ["passport"],
    );
  });

  test("are refused to another client, and once the client's grants were ended", async () => {
    const other = STACK.tokens.find(({ client_id }) => client_id === "2") as IssuedToken;
    const foreign = { status: 400, error: "invalid_grant", reason: "invalid", cause: "client_mismatch" };
    await service.refused(() => refresh(other, TOKEN.refresh_token), foreign);
    await service.deps.store.clients.disable("1", "test");
    await service.deps.store.clients.enable("1", "test");
    service.deps.clients.clear();
    await service.refused(() => refresh(TOKEN), { ...foreign, cause: "unknown" });
  });

  test("are refused where they name nobody, or hold what is no scope", async () => {
    const { raw } = readPassportKey(APP_KEY) ?? {};
    assert.ok(raw);
    for (const change of [{ user_id: null }, { scopes: ['"'] }, { client_id: 1 }]) {
      const payload = Buffer.from(JSON.stringify({ ...TOKEN.payload, ...change }));
      const salt = Buffer.alloc(32, 9);
      const made = seal(payload, salt, keysOfRawKey(raw, salt));
      const cause = "client_id" in change ? "client_mismatch" : "unknown";
      await service.refused(() => refresh(TOKEN, made), {
        status: 400,
        error: "invalid_grant",
        reason: "invalid",
        cause,
      });
    }
  });
});

describe("garbage", () => {
  /** Has the form of a token, and costs a derivation. */
  const garbage = (n: number) => `def50200${n.toString(16).padStart(400, "0")}`;
  const forged = { status: 400, error: "invalid_grant", reason: "invalid", cause: "forged" };

  test("is limited for a client at its address, and others go on", async () => {
    await service.close();
    await start(STACK, { clientFailuresPerMinute: 3 });
    await importAll(service, STACK);
    for (let n = 0; n < 3; n += 1) await service.refused(() => refresh(TOKEN, garbage(n)), forged);
    const limited = { status: 429, error: "invalid_request", cause: "too_many_failures" };
    const answer = await service.refused(() => refresh(TOKEN, garbage(3)), limited);
    assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/);
    await service.refused(() => refresh(TOKEN, garbage(0)), forged);

    const other = STACK.tokens.find(({ client_id }) => client_id === "2") as IssuedToken;
    assert.equal((await refresh(other)).status, 200, "another client at this address");
    service.caller.address = "192.0.2.2";
    const moved = tokensOf(await refresh(TOKEN));
    service.caller.address = "192.0.2.1";
    assert.equal((await refresh(TOKEN, moved.refreshToken)).status, 200, "a session that has moved");
    assert.equal((await refresh(TOKEN)).status, 200, "a retry of what opened before");
  });

  test("that costs no derivation is not counted", async () => {
    await service.close();
    const stack = stackNamed("league-8.5.5-keymode");
    await start(stack, { passportKey: DEFUSE_KEY, clientFailuresPerMinute: 1 });
    await importAll(service, stack, DEFUSE_KEY);
    const [token] = stack.tokens as [IssuedToken];
    for (let n = 0; n < 3; n += 1) await service.refused(() => refresh(token, garbage(n)), forged);
    assert.equal((await refresh(token)).status, 200);
  });

  test("of strangers who are not the client is never looked at", async () => {
    await importAll(service, STACK);
    const stranger = { ...TOKEN, client_secret: "wrong" };
    await service.refused(() => refresh(stranger, garbage(1)), {
      status: 401,
      error: "invalid_client",
      cause: "wrong_secret",
    });
    assert.equal(service.passport?.tokens.remembered(garbage(1)), undefined);
  });

  test("that has not even the form counts for nothing", async () => {
    await service.close();
    await start(STACK, { clientFailuresPerMinute: 1 });
    await importAll(service, STACK);
    for (const token of ["x", "def50200", "def50200zz", `def50200${"0".repeat(20_000)}`]) {
      await service.refused(() => refresh(TOKEN, token), forged);
    }
    assert.equal((await refresh(TOKEN)).status, 200);
  });
});

describe("an old token at the other endpoints", () => {
  const [asked] = [
    { client_id: TOKEN.client_id, client_secret: TOKEN.client_secret ?? "", token: TOKEN.refresh_token },
  ];

  test("is active until its session ends", async () => {
    await importAll(service, STACK);
    const { body } = await service.post("/oauth/introspect", asked);
    assert.deepEqual([body["active"], body["sub"], body["scope"]], [true, "7", "read write"]);
    const { expire_time: exp } = TOKEN.payload;
    assert.deepEqual(
      [body["exp"], body["refresh_token_timeout"], body["authorization_expires_in"]],
      [exp, exp - service.clock.at / SECOND, 3 * YEAR],
      "Passport's lifetime is the shorter one",
    );
    service.clock.at = TOKEN.payload.expire_time * SECOND;
    assert.deepEqual((await service.post("/oauth/introspect", asked)).body, { active: false });
  });

  test("is inactive once its session has moved, like every spent token", async () => {
    await importAll(service, STACK);
    const { refreshToken } = tokensOf(await refresh(TOKEN));
    assert.deepEqual((await service.post("/oauth/introspect", asked)).body, { active: false });
    const { body } = await service.post("/oauth/introspect", { ...asked, token: refreshToken });
    assert.deepEqual([body["active"], body["refresh_token_timeout"]], [true, YEAR]);
    assert.equal(tokensOf(await refresh(TOKEN)).refreshToken, refreshToken, "a retry is answered");
  });

  test("revokes its session", async () => {
    await importAll(service, STACK);
    assert.equal((await service.post("/oauth/revoke", asked)).status, 200);
    assert.equal((await refresh(TOKEN)).body["error_reason"], "revoked");
  });
});

test("nothing that a log line holds opens a session", async () => {
  await importAll(service, STACK);
  await refresh(TOKEN);
  await refresh(TOKEN, `${TOKEN.refresh_token.slice(0, -2)}00`);
  const log = service.lines.join("\n");
  for (const secret of [TOKEN.refresh_token, TOKEN.payload.refresh_token_id, APP_KEY]) {
    assert.ok(!log.includes(secret.slice(0, 40)));
  }
});
