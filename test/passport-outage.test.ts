import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { passportTables } from "./laravel.ts";
import { MariadbServer } from "./mariadb-server.ts";
import { needMariadb } from "./need.ts";
import { readRefreshToken, refresh, successorIn } from "./token-request.ts";
import type { Answer } from "./token-request.ts";

/** s */
const RETRY_WINDOW = 1;
/** Ten times the retry window, ms. */
const OUTAGE = 10_000 * RETRY_WINDOW;
/** Longest time to a 503, ms: the limit of 5 s, and what a slow machine adds. */
const LIMIT = 6500;

const mariadb = await needMariadb();

describe(
  "an outage of Laravel's database logs no session out during a rollback:",
  { skip: mariadb.missing, timeout: 180_000, concurrency: true },
  () => {
    for (const engine of [sqlite, postgres]) test(engine.name, (t) => outages(t, engine));
  },
);

async function outages(t: TestContext, { processes, prepare }: Engine): Promise<void> {
  const laravel = await MariadbServer.start(mariadb.path);
  t.after(() => laravel.stop());
  for (const sql of passportTables({ boolean: "tinyint(1)", instant: "datetime", clientId: "char(36)" })) {
    await laravel.query(sql);
  }
  const { service, grants } = await prepare(t);
  const rollback = ["--profile", "passport", "--retry-window", String(RETRY_WINDOW)];
  const client = await service.createClient("--grant-type", "refresh_token", ...rollback);
  const tokens = await service.issueGrants(client, "7", 4);
  const env = {
    REGRANT_PASSPORT_KEY: `base64:${randomBytes(32).toString("base64")}`,
    REGRANT_PASSPORT_DATABASE: laravel.url,
    REGRANT_PASSPORT_ROLLBACK_UNTIL: new Date(Date.now() + 86_400_000).toISOString(),
  };
  const servers = await Promise.all(Array.from({ length: processes }, () => service.serve({ env })));
  let turn = 0;
  const present = (token: string) => refresh(servers[(turn += 1) % processes]?.url ?? "", client, token);

  const [insistent = "", once = "", absent = ""] = await Promise.all(
    tokens.map(async (token) => successorIn(await present(token))),
  );
  const held = { insistent, once, absent };
  const ended = readRefreshToken(tokens[3] ?? "").grantId;
  for (const how of ["stopped", "hanging"] as const) {
    const restore = await laravel.interrupt(how);
    const end = performance.now() + OUTAGE;
    await Promise.all([
      refusedUntil(end, () => present(held.insistent)),
      refusedUntil(0, () => present(held.once)),
      service.run(["grant", "revoke", ended]),
      pause(OUTAGE),
    ]);
    await restore();
    for (const [holder, token] of Object.entries(held)) {
      const next = successorIn(await present(token));
      assert.equal(successorIn(await present(token)), next, `${holder}, ${how}: a retry`);
      held[holder as keyof typeof held] = successorIn(await present(next));
    }
  }

  const alive = Object.keys(held).length;
  const ofPassport = () => laravel.query("SELECT id FROM oauth_refresh_tokens WHERE revoked = FALSE");
  for (let tries = 0; (await ofPassport()).length !== alive; tries += 1) {
    assert.ok(tries < 100, "one row a living session is what Passport would accept");
    await pause(100);
  }
  for (const id of (await grants()).keys()) {
    const explained = await service.run(["grant", "explain", id, "--json"]);
    const { state, timeline } = JSON.parse(explained) as {
      state: string;
      timeline: { event: string | null }[];
    };
    assert.equal(state, id === ended ? "revoked" : "active");
    assert.ok(!timeline.some(({ event }) => event === "grant.reused"));
  }
}

/** Sends a refresh, again as often as it is told to, until then; once at least. */
async function refusedUntil(end: number, send: () => Promise<Answer>): Promise<void> {
  do {
    const started = performance.now();
    const { status, body, retryAfter } = await send();
    assert.deepEqual([status, body.error, retryAfter], [503, "temporarily_unavailable", 1]);
    assert.ok(performance.now() - started < LIMIT);
    await pause(1000 * (retryAfter ?? 0));
  } while (performance.now() < end);
}
