import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { storm } from "./fuzz/storm.ts";

/** Another seed sends other requests; `npm run fuzz` sends more. */
const SEED = process.env["FUZZ_SEED"] ?? "1";
const REQUESTS = 2000;

const ENGINES: Record<string, (t: TestContext) => Promise<{ newDatabase?: () => Promise<string> }>> = {
  SQLite: async () => ({}),
  PostgreSQL: async (t) => {
    const server = await TestServer.start();
    t.after(() => server.stop());
    return { newDatabase: () => server.newDatabase() };
  },
};

for (const [engine, prepare] of Object.entries(ENGINES)) {
  test(`on ${engine} no request gets a 5xx, an internal or a response to cache, and an honest client refreshes after all`, async (t) => {
    t.diagnostic(`FUZZ_SEED=${SEED}`);
    const { statuses, tokens } = await storm({ seed: SEED, requests: REQUESTS, ...(await prepare(t)) });
    t.diagnostic(JSON.stringify(Object.fromEntries(statuses)));
    // A fuzz whose requests are all refused at the door tests little.
    assert.ok(tokens > REQUESTS / 100, `${tokens} token responses`);
    for (const status of [200, 201, 204, 303, 400, 401, 404, 405, 415]) {
      assert.ok(statuses.has(status), `a ${status}`);
    }
  });
}
