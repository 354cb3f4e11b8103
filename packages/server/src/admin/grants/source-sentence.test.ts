import assert from "node:assert/strict";
import { test } from "node:test";
import { HOUR, START } from "../../store/contract/fixtures.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { Event } from "../../store/store.ts";
import { explainGrant, explanationJson } from "./explain.ts";
import { sourceSentence } from "./source-sentence.ts";

let events = 0;

function event(type: Event["type"], at: number, address?: string, userAgent?: string): Event {
  events += 1;
  return { id: events, at, type, address, userAgent, data: {} } as Event;
}

const SERVER = ["198.51.100.4", "GuzzleHttp/7"] as const;
const created = event("grant.created", START, ...SERVER);
const retried = event("grant.retried", START + HOUR, "198.51.100.5");
const reused = event("grant.reused", START + HOUR + 14 * 60_000, "203.0.113.7", "PHP/8.2");

test("a reuse says where it came from, and where the last known request of the grant's holder did", () => {
  assert.equal(
    sourceSentence(reused, [created, reused]),
    " The request came from 203.0.113.7 (PHP/8.2), 1 h 14 min after the last known request of the grant, from " +
      "198.51.100.4 (GuzzleHttp/7).",
  );
  assert.equal(
    sourceSentence(reused, [created, retried, reused]),
    " The request came from 203.0.113.7 (PHP/8.2), 14 min after the last known request of the grant, from 198.51.100.5.",
  );
});

test("one from the holder's address says so", () => {
  const own = event("grant.reused", START + HOUR, ...SERVER);
  assert.equal(
    sourceSentence(own, [created, own]),
    " The request came from 198.51.100.4 (GuzzleHttp/7), as the last known request of the grant did, 1 h before.",
  );
});

test("other events are not compared, and nothing is said of an address that is not known", () => {
  const revoked = event("grant.revoked", START + HOUR, "203.0.113.7");
  assert.equal(sourceSentence(revoked, [created, revoked]), " The request came from 203.0.113.7.");
  assert.equal(
    sourceSentence(created, [created, reused]),
    " The request came from 198.51.100.4 (GuzzleHttp/7).",
  );
  const unknown = event("grant.reused", START + HOUR);
  assert.equal(sourceSentence(unknown, [created, unknown]), "");
  const forgotten = event("grant.created", START);
  assert.equal(sourceSentence(reused, [forgotten, reused]), " The request came from 203.0.113.7 (PHP/8.2).");
});

test("the operator's explanation has addresses, programs and request ids; the client's own has none", async (s) => {
  const t = await startService();
  s.after(() => t.close());
  const client = await t.client({ grantTypes: ["refresh_token", "password"] });
  await t.account("ada", "a pass phrase");
  const as = (address: string, agent: string, id: string) => {
    t.caller.address = address;
    return { "user-agent": agent, "x-request-id": id };
  };
  const server = as("198.51.100.4", "GuzzleHttp/7", "r-1");
  const login = { grant_type: "password", username: "ada", password: "a pass phrase" };
  const first = tokensOf(await t.token({ ...client.credentials, ...login }, server)).refreshToken;
  const refresh = (token: string, headers: Record<string, string>) =>
    t.token({ ...client.credentials, grant_type: "refresh_token", refresh_token: token }, headers);
  const second = tokensOf(await refresh(first, server)).refreshToken;
  t.clock.at += HOUR;
  tokensOf(await refresh(second, server));
  t.clock.at += 14 * 60_000;
  assert.equal((await refresh(first, as("203.0.113.7", "PHP/8.2", "r-9"))).status, 400);

  const [grant] = (await t.deps.store.grants.list({ clientId: client.id }, { limit: 1 })) as { id: string }[];
  const explained = explanationJson(
    await explainGrant(
      { ...t.deps, passportKey: null, passportUnknownTokens: "refuse" },
      { id: grant?.id ?? "" },
    ),
  );
  const sources = explained.timeline.map(({ event, address, user_agent, request_id }) => {
    return { event, address, user_agent, request_id };
  });
  assert.deepEqual(sources, [
    { event: "grant.created", address: "198.51.100.4", user_agent: "GuzzleHttp/7", request_id: "r-1" },
    { event: null, address: null, user_agent: null, request_id: null },
    { event: "grant.reused", address: "203.0.113.7", user_agent: "PHP/8.2", request_id: "r-9" },
  ]);
  assert.match(
    explained.timeline[2]?.message ?? "",
    /came from 203\.0\.113\.7 \(PHP\/8\.2\), 1 h 14 min after .*, from 198\.51\.100\.4 \(GuzzleHttp\/7\)\.$/,
  );
  const told = await t.post("/oauth/explain", { ...client.credentials, token: first });
  assert.equal(told.body["reason"], "reused", told.text);
  assert.doesNotMatch(told.text, /203\.0\.113|198\.51\.100|PHP|Guzzle|r-9/);
});
