import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { explainGrant } from "../admin/grants/explain.ts";
import { SECOND, WINDOW } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, TestService } from "../testing.ts";

const t = await startService();
after(() => t.close());

/** Refused for now, with the cause in the log. */
async function assertUnavailable(t: TestService, response: Promise<TestResponse>): Promise<void> {
  const { status, body, headers } = await response;
  assert.deepEqual(
    [status, body["error"], headers.get("retry-after")],
    [503, "temporarily_unavailable", "1"],
  );
  assert.equal(t.log.findLast(({ endpoint }) => endpoint === "token")?.["cause"], "signature_failed");
}

/** Lets signatures fail, with a key that cannot sign. Returns what ends that. */
function failSignatures({ deps: { keys } }: TestService): () => void {
  const signingKeyAt = keys.signingKeyAt.bind(keys);
  keys.signingKeyAt = (instant) => ({
    ...signingKeyAt(instant),
    privateKey: signingKeyAt(instant).publicKey,
  });
  return () => {
    keys.signingKeyAt = signingKeyAt;
  };
}

/** A session that was refreshed once, with its last two refresh tokens. */
async function startSession() {
  const client = await t.client();
  const first = await t.grant(client);
  const second = tokensOf(await t.refresh(client, first.refreshToken));
  t.clock.at += 2 * WINDOW;
  const [grant] = await t.deps.store.grants.list({ clientId: client.id }, { limit: 1 });
  assert.ok(grant);
  const send = (refreshToken: string) => t.refresh(client, refreshToken);
  const refused = (refreshToken: string) => assertUnavailable(t, send(refreshToken));
  const events = async () =>
    (await t.deps.store.events.list({ grantId: grant.id }, 100)).map(({ type }) => type);
  return {
    client,
    grantId: grant.id,
    spent: first.refreshToken,
    head: second.refreshToken,
    send,
    refused,
    events,
  };
}

for (const [title, pause, times] of [
  ["and its client retries every second", SECOND, 40],
  ["and its client comes back after ten windows", 10 * WINDOW, 1],
  ["and its client comes every hour of a day", 3600 * SECOND, 24],
] as const) {
  test(`while no response can be made, ${title}, nothing is spent`, async () => {
    const { head, send, refused, events } = await startSession();
    const repair = failSignatures(t);
    for (let i = 0; i < times; i += 1) {
      await refused(head);
      t.clock.at += pause;
    }
    await refused(head);
    repair();
    const tokens = tokensOf(await send(head));
    assert.equal(tokens.expiresIn, 3600, "issued now");
    await t.verified(tokens.accessToken);
    assert.deepEqual(await events(), ["grant.created"], "no retry is recorded");

    // All processes of the client had the same refusal, and each has a whole window to hear of the response.
    t.clock.at += WINDOW - 1;
    const second = tokensOf(await send(head));
    assert.equal(second.refreshToken, tokens.refreshToken);
    assert.equal(second.accessToken, tokens.accessToken);
    assert.deepEqual(await events(), ["grant.created", "grant.retried"]);
    tokensOf(await send(tokens.refreshToken));
  });
}

test("the next lost response may still be retried late", async () => {
  const { head, send, refused, events } = await startSession();
  const repair = failSignatures(t);
  await refused(head);
  t.clock.at += 10 * WINDOW;
  repair();
  const tokens = tokensOf(await send(head));
  t.clock.at += 10 * WINDOW;
  const lost = tokensOf(await send(tokens.refreshToken));
  t.clock.at += 10 * WINDOW;
  assert.equal(tokensOf(await send(tokens.refreshToken)).refreshToken, lost.refreshToken);
  assert.deepEqual(await events(), ["grant.created", "grant.retried_late"]);
});

test("an operator is told why, in the outage and not after it", async () => {
  const { grantId, head, send, refused } = await startSession();
  const explain = async () =>
    (
      await explainGrant({ ...t.deps, passportKey: null, passportUnknownTokens: "refuse" }, { id: grantId })
    ).timeline.at(-1)?.message;
  const repair = failSignatures(t);
  await refused(head);
  assert.match((await explain()) ?? "", /^A refresh was answered 503/);
  repair();
  tokensOf(await send(head));
  assert.doesNotMatch((await explain()) ?? "", /503/);
});

test("a retry that fails leaves its window as it was", async () => {
  const { head, send, refused, events } = await startSession();
  const lost = tokensOf(await send(head));
  t.clock.at += SECOND;
  const repair = failSignatures(t);
  await refused(head);
  t.clock.at += 10 * WINDOW;
  await refused(head);
  repair();
  assert.equal(tokensOf(await send(head)).refreshToken, lost.refreshToken);
  assert.equal(tokensOf(await send(lost.refreshToken)).expiresIn, 3600);
  assert.ok(!(await events()).includes("grant.reused"));
});

test("a late retry that fails may be made again", async () => {
  const { head, send, refused, events } = await startSession();
  const lost = tokensOf(await send(head));
  t.clock.at += 10 * WINDOW;
  const repair = failSignatures(t);
  for (let i = 0; i < 3; i += 1) {
    await refused(head);
    t.clock.at += WINDOW;
  }
  repair();
  const late = tokensOf(await send(head));
  assert.deepEqual([late.refreshToken, late.expiresIn], [lost.refreshToken, 3600]);
  assert.equal((await events()).at(-1), "grant.retried_late");
});

test("a retry inside the window of a late one gets the late one's access token, not an expired one", async () => {
  const { head, send } = await startSession();
  tokensOf(await send(head));
  t.clock.at += 7200 * SECOND;
  const late = tokensOf(await send(head));
  t.clock.at += SECOND;
  const again = tokensOf(await send(head));
  assert.equal(again.accessToken, late.accessToken);
  assert.equal(again.expiresIn, 3599);
});

test("an outage ends no session whose window before it was retried", async () => {
  const { head, send, refused } = await startSession();
  const second = tokensOf(await send(head));
  tokensOf(await send(head));
  t.clock.at += 2 * WINDOW;
  const repair = failSignatures(t);
  await refused(second.refreshToken);
  t.clock.at += 10 * WINDOW;
  await refused(second.refreshToken);
  repair();
  tokensOf(await send(second.refreshToken));
});

test("an outage makes no token a retry that was not one before it", async () => {
  const { client, spent, head, send, refused } = await startSession();
  const second = tokensOf(await send(head));
  t.clock.at += 2 * WINDOW;
  const repair = failSignatures(t);
  await refused(second.refreshToken);
  repair();
  const reused = { status: 400, error: "invalid_grant", reason: "reused", cause: "reused" };
  await t.refused(() => t.refresh(client, spent), reused);
});

test("a grant that is revoked in an outage stays revoked", async () => {
  const { client, head, refused } = await startSession();
  const repair = failSignatures(t);
  await refused(head);
  assert.equal((await t.revoke(client, head)).status, 200);
  await t.refused(() => t.refresh(client, head), {
    status: 400,
    error: "invalid_grant",
    reason: "revoked",
    cause: "revoked",
  });
  repair();
});

test("a service that is restarted in an outage knows of the responses that failed", async () => {
  const before = await startService();
  const client = await before.client();
  const { refreshToken } = await before.grant(client);
  failSignatures(before);
  await assertUnavailable(before, before.refresh(client, refreshToken));
  await before.close();
  const again = await startService({}, { folder: before.folder, clock: before.clock });
  again.clock.at += 10 * WINDOW;
  const tokens = tokensOf(await again.refresh(client, refreshToken));
  assert.equal(Number(decodeJwt(tokens.accessToken).iat), again.clock.at / SECOND);
  await again.close();
});

test("200 refreshes at once whose responses all fail get one successor afterwards", async () => {
  const { head, send } = await startSession();
  const repair = failSignatures(t);
  const failed = await Promise.all(Array.from({ length: 200 }, () => send(head)));
  assert.deepEqual(new Set(failed.map(({ status }) => status)), new Set([503]));
  t.clock.at += 10 * WINDOW;
  repair();
  const responses = await Promise.all(Array.from({ length: 200 }, () => send(head)));
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(responses.map(({ text }) => text)).size, 1);
});
