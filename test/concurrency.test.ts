import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { postgres, sqlite, sqliteShared } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { refresh } from "./token-request.ts";

const REQUESTS = 200;
/** Each round refreshes the successor of the round before. */
const ROUNDS = 3;

for (const engine of [sqlite, sqliteShared, postgres]) {
  test(
    `${REQUESTS} concurrent refreshes of one token get the same successor: ${engine.name}`,
    { timeout: 60_000 },
    (t) => refreshTogether(t, engine),
  );
}

async function refreshTogether(t: TestContext, { processes, prepare }: Engine): Promise<void> {
  const { service, grants } = await prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const issued = await service.issueGrants(client, "subject-1", 2);
  const servers = await Promise.all(Array.from({ length: processes }, () => service.serve()));

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
    const generations = [...(await grants()).values()].map(({ generation }) => generation);
    const ordered = generations.toSorted((a, b) => a - b);
    assert.deepEqual(ordered, [0, round], "one step for this grant, none for the other");
    held = successor;
  }
}
