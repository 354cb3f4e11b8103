import assert from "node:assert/strict";
import { after, test } from "node:test";
import { explainGrant, explanationJson } from "../admin/grants/explain.ts";
import { HOUR } from "../store/contract/fixtures.ts";
import type { ClientSettings } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse } from "../testing.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";

const t = await startService();
after(() => t.close());

const TYPE = "grant.concurrent_use";
/** pino's level of a warning. */
const WARN = 40;

/** Two holders of a grant: each refreshes every hour with the token that both have, for five windows in a row. */
async function usedByTwo(concurrentUse: ClientSettings["concurrentUse"]) {
  const client = await t.client({ concurrentUse });
  let { refreshToken: shared } = await t.grant(client);
  const grantId = openRefreshToken(shared, t.deps.keys)?.grantId ?? "";
  let second: TestResponse | undefined;
  for (let hour = 0; hour < 5; hour++) {
    const { refreshToken } = tokensOf(await t.refresh(client, shared));
    second = await t.refresh(client, shared);
    shared = refreshToken;
    t.clock.at += HOUR;
  }
  assert.ok(second);
  return { client, grantId, head: shared, second };
}

async function countedEvents(): Promise<number | undefined> {
  const metric = await t.deps.metrics.registry.getSingleMetric("regrant_events_total")?.get();
  return metric?.values.find(({ labels }) => labels["type"] === TYPE)?.value;
}

/** The log lines about a grant at the level of a warning, as the members that an operator looks for. */
function warnings(grantId: string) {
  return t.log
    .filter(({ level, grant_id }) => level === WARN && grant_id === grantId)
    .map(({ msg, event, retry_score, revoked }) => ({ msg, event, retry_score, revoked }));
}

async function explained(grantId: string) {
  const parts = { ...t.deps, passportKey: null, passportUnknownTokens: "refuse" as const };
  const { timeline, state, conclusion } = explanationJson(await explainGrant(parts, { id: grantId }));
  const { message = "" } = timeline.find(({ event }) => event === TYPE) ?? {};
  return { message, state, conclusion };
}

test("each type of event is counted from 0 on, so that its first one is an increase", async () => {
  assert.equal(await countedEvents(), 0);
  const text = await t.metricsText();
  for (const type of [TYPE, "grant.reused", "grant.recovered"]) {
    assert.match(text, new RegExp(`^regrant_events_total\\{type="${type}"\\} 0$`, "m"));
  }
});

test("concurrent use is a warning in the log, a count in the metrics and a sentence of explain; both holders go on", async () => {
  const before = (await countedEvents()) ?? 0;
  const { client, grantId, head, second } = await usedByTwo("report");
  assert.equal(tokensOf(second).refreshToken, head);
  assert.equal(await countedEvents(), before + 1);
  assert.deepEqual(warnings(grantId), [{ msg: TYPE, event: TYPE, retry_score: 40, revoked: false }]);
  const { message, state } = await explained(grantId);
  assert.match(message, /^A spent refresh token was presented again \(generation 4, 1 behind the newest, /);
  assert.match(message, /Two holders refresh this grant: .* only reported, and the token got the newest one/);
  assert.equal(state, "active");
  tokensOf(await t.refresh(client, head));
});

test("with the policy revoke it ends the grant, and each of the three says so", async () => {
  const before = [await countedEvents(), await t.counted("token", "concurrent_use")];
  const { client, grantId, head, second } = await usedByTwo("revoke");
  assert.equal(second.status, 400);
  assert.equal(
    second.text,
    '{"error":"invalid_grant","error_description":"The refresh token has already been used.","error_reason":"reused"}',
  );
  const counted = [await countedEvents(), await t.counted("token", "concurrent_use")];
  assert.deepEqual(
    counted,
    before.map((count = 0) => count + 1),
  );
  assert.deepEqual(warnings(grantId), [{ msg: TYPE, event: TYPE, retry_score: 40, revoked: true }]);
  const { message, state, conclusion } = await explained(grantId);
  assert.match(
    message,
    /The grant was revoked \(concurrent use policy: revoke\)\. The request came from 192\.0\.2\.1[ ,.]/,
  );
  assert.equal(state, "revoked");
  assert.match(conclusion, /because two holders seemed to refresh it/);
  const revoked = { status: 400, error: "invalid_grant", reason: "revoked", cause: "revoked" };
  await t.refused(() => t.refresh(client, head), revoked);
});
