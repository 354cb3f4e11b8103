import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Load } from "./load.ts";
import type { Holder } from "./load.ts";
import { needPgbouncer } from "./need.ts";
import { PostgresPair } from "./postgres-pair.ts";
import { Service } from "./service.ts";
import type { NewClient, RunningServer } from "./service.ts";
import { readRefreshToken, refresh, successorIn } from "./token-request.ts";

const LINEAGES = 300;
/** From an outage, or its end, until `/readyz` tells it, ms. */
const READINESS = 5_000;
/** For all that the load is waited for, ms. */
const PATIENCE = 30_000;
/** s. A slow machine fails over slowly: an answer that was lost must not push an honest retry out of the window. */
const RETRY_WINDOW = "300";

/** A pair of servers, a process of Regrant that knows both, and sessions to refresh. */
interface Scene {
  pair: PostgresPair;
  service: Service;
  client: NewClient;
  server: RunningServer;
  load: Load;
}

const pgbouncer = await needPgbouncer();

/** How the service reaches the servers. */
const WAYS = [
  { way: "", skip: false, urlOf: (_t: TestContext, pair: PostgresPair) => Promise.resolve(pair.url) },
  {
    way: ", each behind a PgBouncer",
    skip: pgbouncer.missing,
    urlOf: (t: TestContext, pair: PostgresPair) => pair.urlBehind(t, pgbouncer.path),
  },
] as const;

for (const { way, skip, urlOf } of WAYS) {
  test(
    `a primary is killed under load, its synchronous standby promoted${way}: every session goes on, none lost, forked or recovered`,
    { timeout: 120_000, skip },
    async (t) => {
      const { pair, server, load, client } = await prepare(t, "synchronous", urlOf);
      await load.during(async () => {
        await load.until(() => load.holders.every(({ successors }) => successors > 0), PATIENCE);
        await failOver(t, { pair, server, load });
      });

      const rows = await generations(pair);
      assert.equal(rows.size, LINEAGES);
      for (const holder of load.holders) {
        const row = rows.get(idOf(holder)) ?? NaN;
        assert.ok(
          row === holder.successors || row === holder.successors + 1,
          "no rotation but those answered",
        );
      }
      await finish({ pair, server, load, client });
      assert.deepEqual(await eventsOf(pair, "grant.recovered"), [], "the standby had all that was answered");
    },
  );
}

test(
  "an asynchronous standby that lacks the last writes is promoted: every session that had reached it is recovered",
  { timeout: 120_000 },
  async (t) => {
    const { pair, service, server, load, client } = await prepare(t, "asynchronous", WAYS[0].urlOf);
    const rotate = async (token: string) => successorIn(await refresh(server.url, client, token));
    const [issuedEarly = ""] = await service.issueGrants(client, "subject-2", 1);
    await pair.caughtUp();
    const log = join(service.folder, "events.jsonl");
    let revoked = "";
    let issuedLate = "";
    await load.during(async () => {
      await load.until(() => load.holders.every(({ successors }) => successors > 0), PATIENCE);
      await pair.disconnectStandby();
      const reached = await generations(pair);
      assert.equal(reached.size, LINEAGES + 1);
      revoked = await rotate(issuedEarly);
      await service.run(["grant", "revoke", readRefreshToken(revoked).grantId]);
      [issuedLate = ""] = await service.issueGrants(client, "subject-2", 1);
      await writeFile(log, await service.run(["events", "--json"]));
      const isAhead = (holder: Holder) => holder.successors > (reached.get(idOf(holder)) ?? NaN);
      await load.until(() => load.holders.every(isAhead), PATIENCE);
      await failOver(t, { pair, server, load });
    });
    await finish({ pair, server, load, client });
    const recovered = await eventsOf(pair, "grant.recovered");
    assert.deepEqual(recovered.toSorted(), load.holders.map(idOf).toSorted(), "one event for each session");

    // What no token can tell.
    const unknown = await refresh(server.url, client, issuedLate);
    assert.deepEqual(
      [unknown.status, unknown.body.error_reason],
      [400, "invalid"],
      "its holder signs in again",
    );
    revoked = await rotate(revoked);
    await service.run(["restore", "--replay", log]);
    const ended = await refresh(server.url, client, revoked);
    assert.deepEqual([ended.status, ended.body.error_reason], [400, "revoked"]);
  },
);

async function prepare(
  t: TestContext,
  mode: "synchronous" | "asynchronous",
  urlOf: (typeof WAYS)[number]["urlOf"],
): Promise<Scene> {
  const pair = await PostgresPair.start(t, mode);
  const service = await Service.prepare(t, {
    REGRANT_DATABASE: await urlOf(t, pair),
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
    REGRANT_SIGNING_ALGORITHM: "EdDSA",
    REGRANT_LOG_LEVEL: "silent",
  });
  const client = await service.createClient("--grant-type", "refresh_token", "--retry-window", RETRY_WINDOW);
  const issued = await service.issueGrants(client, "subject-1", LINEAGES);
  const server = await service.serve();
  return { pair, service, client, server, load: new Load(server.url, client, issued) };
}

/** Kills the primary, looks at the outage, promotes the standby, and waits until every lineage has a new token. */
async function failOver(
  t: TestContext,
  { pair, server, load }: Pick<Scene, "pair" | "server" | "load">,
): Promise<void> {
  await becomes(server, 200);
  const { busy } = load;
  await pair.killPrimary();
  await load.until(() => load.busy > busy, PATIENCE);
  await becomes(server, 503);
  await pair.promoteStandby();

  const promoted = performance.now();
  const before = new Map(load.holders.map((holder) => [holder, holder.successors]));
  await load.until(
    () => load.holders.some((holder) => holder.successors > (before.get(holder) ?? 0)),
    PATIENCE,
  );
  const first = performance.now();
  await load.until(
    () => load.holders.every((holder) => holder.successors > (before.get(holder) ?? 0)),
    PATIENCE,
  );
  const last = performance.now();
  t.diagnostic(
    `after the promotion: first refresh ${Math.round(first - promoted)} ms, every lineage ${Math.round(last - promoted)} ms; ` +
      `${load.busy} answers 503, ${load.lost} lost`,
  );
  await becomes(server, 200);
}

/** One more refresh for every holder, after which the store and the holders must agree. */
async function finish({ pair, server, load, client }: Omit<Scene, "service">): Promise<void> {
  assert.deepEqual(
    load.holders.filter(({ refusal }) => refusal !== undefined),
    [],
    "no session is lost",
  );
  await Promise.all(
    load.holders.map(async (holder) => {
      holder.held = successorIn(await refresh(server.url, client, holder.held));
      holder.successors += 1;
    }),
  );
  const rows = await generations(pair);
  for (const holder of load.holders) {
    assert.equal(rows.get(idOf(holder)), holder.successors, "each rotation was answered once");
    assert.equal(readRefreshToken(holder.held).generation, holder.successors, "the holder has the head");
  }
  assert.deepEqual(await eventsOf(pair, "grant.reused"), []);
}

/** Waits until `/readyz` has this status. It tells what was so at most a second ago. */
async function becomes({ url }: RunningServer, expected: number): Promise<void> {
  const end = performance.now() + READINESS;
  for (;;) {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) });
    await response.body?.cancel();
    if (response.status === expected) return;
    assert.ok(performance.now() < end, `/readyz goes on with ${response.status}`);
    await pause(50);
  }
}

/** Of each grant that is not revoked, by its id. */
async function generations(pair: PostgresPair): Promise<Map<string, number>> {
  const rows = await pair.query("SELECT id, generation FROM grants WHERE revoked_at IS NULL");
  return new Map(rows.map(({ id, generation }) => [id as string, generation as number]));
}

/** The grant that each event of this type is about. */
async function eventsOf(pair: PostgresPair, type: string): Promise<string[]> {
  const rows = await pair.query("SELECT grant_id FROM events WHERE type = $1", [type]);
  return rows.map((row) => row["grant_id"] as string);
}

function idOf({ held }: Holder): string {
  return readRefreshToken(held).grantId;
}
