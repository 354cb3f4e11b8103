import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { Service } from "./service.ts";
import { refresh } from "./token-request.ts";

const REQUESTS = 200;
/** Each round refreshes the successor of the round before. */
const ROUNDS = 3;

test(
  "200 concurrent refreshes of one token in one process get the same successor",
  { timeout: 60_000 },
  (t) => refreshTogether(t, 1),
);

test(
  "200 concurrent refreshes of one token over four processes on one file get the same successor",
  { timeout: 60_000 },
  (t) => refreshTogether(t, 4),
);

test(
  "200 concurrent refreshes of one token over two nodes on one PostgreSQL get the same successor",
  { timeout: 60_000 },
  async (t) => {
    const server = await TestServer.start();
    t.after(() => server.stop());
    const database = await server.newDatabase();
    const masterKey = randomBytes(32).toString("base64url");
    await refreshTogether(t, 2, {
      settings: { REGRANT_DATABASE: database, REGRANT_MASTER_KEY: masterKey },
      query: (_service, sql) => server.query(database, sql),
    });
  },
);

interface Database {
  /** How the processes find it. */
  settings?: Record<string, string>;
  query(service: Service, sql: string): Promise<Record<string, unknown>[]>;
}

const sqlite: Database = { query: (service, sql) => Promise.resolve(service.query(sql)) };

async function refreshTogether(t: TestContext, processes: number, database = sqlite): Promise<void> {
  const service = await Service.prepare(t, database.settings);
  const client = await service.createClient("--grant-type", "refresh_token");
  const issued = await service.issueGrants(client, "subject-1", 2);
  // Processes of one service have one issuer; by default it would be each one's own address.
  const env = { REGRANT_ISSUER: "http://127.0.0.1" };
  const servers = await Promise.all(Array.from({ length: processes }, () => service.serve({ env })));

  let held = issued[0] ?? "";
  for (let round = 1; round <= ROUNDS; round++) {
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, i) => {
        const { url = "" } = servers[i % processes] ?? {};
        return refresh(url, client, held);
      }),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    assert.deepEqual([...statuses], [200], JSON.stringify(answers.find(({ status }) => status !== 200)));
    const [successor, ...others] = new Set(answers.map(({ body }) => body.refresh_token));
    assert.deepEqual(others, [], "one successor");
    assert.ok(successor !== undefined && successor !== held);
    assert.equal(new Set(answers.map(({ body }) => body.access_token)).size, 1, "and one access token");
    const rows = await database.query(service, "SELECT generation FROM grants ORDER BY generation");
    assert.deepEqual(
      rows.map((row) => row["generation"]),
      [0, round],
      "one step for this grant, none for the other",
    );
    held = successor;
  }
}
