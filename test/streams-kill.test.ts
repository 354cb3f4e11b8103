import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { randomNumbers } from "../packages/client/src/testing/random.ts";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import type { NewClient, RunningServer } from "./service.ts";

/** Moments of one run, others each time; `STREAM_KILLS` tries more in one, `STREAM_ENGINE=postgres` another engine. */
const KILLS = Number(process.env["STREAM_KILLS"] ?? 3);
const ENGINE = process.env["STREAM_ENGINE"] === "postgres" ? postgres : sqlite;
/** Sessions that end meanwhile. */
const SESSIONS = 20 * KILLS;
/** Time between a start and the next kill, ms. */
const SHORTEST_LIFE = 50;
const LONGEST_LIFE = 500;
/** With a seed in this variable the same moments are drawn again. */
const SEED = "STREAM_SEED";
/** Between two attempts while the service is down, ms. */
const PAUSE = 20;
/** Between two sessions that end, ms: together longer than the service lives before the last kill. */
const PACE = LONGEST_LIFE / 20;

test(
  `a receiver that polls gets every session's end, in order, over ${KILLS} kills: ${ENGINE.name}`,
  { timeout: 120_000 + KILLS * 10_000 },
  (t) => killWhilePolled(t, ENGINE),
);

async function killWhilePolled(t: TestContext, { prepare }: Engine): Promise<void> {
  const seed = Number(process.env[SEED] ?? randomInt(2 ** 32));
  t.diagnostic(`${SEED}=${seed}`);
  const { service, assertSound } = await prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const tokens = await service.issueGrants(client, "subject-1", SESSIONS);
  const receiver = await service.createClient("--grant-type", "client_credentials", "--scope", "ssf.manage");
  const serve = (port: number) => service.serve({ port, env: { REGRANT_SIGNING_ALGORITHM: "EdDSA" } });
  let server: RunningServer = await serve(0);
  const { port, url } = server;
  const bearer = await accessToken(url, receiver);
  const { stream_id: id } = (await until(() => sendJson(`${url}/ssf/streams`, bearer, {}))) as {
    stream_id: string;
  };
  const seen: string[] = [];
  const polling = pollAll(`${url}/ssf/poll/${id}`, bearer, seen);
  const ending = endAll(url, client, tokens);
  const random = randomNumbers(seed);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await delay(SHORTEST_LIFE + random() * (LONGEST_LIFE - SHORTEST_LIFE));
    await server.kill();
    server = await serve(port);
  }
  await ending;
  await polling;
  const events = seen.map((jti) => Number(jti.split(".")[1]));
  assert.equal(new Set(events).size, SESSIONS);
  assert.deepEqual(
    events,
    events.toSorted((one, other) => one - other),
  );
  await server.stop();
  await assertSound();
}

/** Ends the sessions one after another; a request that was lost is sent again, which changes nothing. */
async function endAll(url: string, { client_id, client_secret }: NewClient, tokens: readonly string[]) {
  for (const token of tokens) {
    const body = new URLSearchParams({ client_id, client_secret: client_secret ?? "", token });
    await until(() => fetch(`${url}/oauth/revoke`, { method: "POST", body }).then(bodyOf));
    await delay(PACE);
  }
}

/** Fetches until all are there. What a receiver has, it acknowledges, also after a response that was lost. */
async function pollAll(url: string, bearer: string, seen: string[]): Promise<void> {
  while (seen.length < SESSIONS) {
    const request = { ack: seen.slice(-50), maxEvents: 5, returnImmediately: true };
    const { sets } = (await until(() => sendJson(url, bearer, request))) as { sets: Record<string, string> };
    for (const jti of Object.keys(sets)) if (!seen.includes(jti)) seen.push(jti);
  }
}

async function accessToken(url: string, { client_id, client_secret }: NewClient): Promise<string> {
  const parameters = { client_id, client_secret: client_secret ?? "", grant_type: "client_credentials" };
  const body = new URLSearchParams({ ...parameters, scope: "ssf.manage" });
  const answer = await until(() => fetch(`${url}/oauth/token`, { method: "POST", body }).then(bodyOf));
  return (answer as { access_token: string }).access_token;
}

async function sendJson(url: string, bearer: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
  return bodyOf(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.status >= 500) throw new TypeError(text);
  assert.ok(response.ok, text);
  return JSON.parse(text);
}

/** Repeats a request for as long as it has no response. */
async function until<Result>(send: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      // fetch's own error for a connection that was refused or cut off.
      if (!(error instanceof TypeError)) throw error;
      await delay(PAUSE);
    }
  }
}
