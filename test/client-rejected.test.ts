import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedSession } from "./client/children.ts";

const PARALLEL = 100;

for (const count of [1, 10]) {
  const processes = count === 1 ? "one process" : `each of ${count} processes`;
  test(`${PARALLEL} parallel 401s in ${processes} cause one refresh`, { timeout: 120_000 }, async (t) => {
    const session = await SharedSession.begin(t, { retryWindow: 30, timeoutMs: 8000 });
    const { server } = session;
    const children = await Promise.all(Array.from({ length: count }, () => session.start()));
    const request = () => Promise.all(children.map((child) => child.run({ do: "request", times: PARALLEL })));
    const allGood = children.map(() => ({ is: "responded", statuses: Array<number>(PARALLEL).fill(200) }));

    assert.deepEqual(await request(), allGood, "with the first token");
    assert.equal(server.refreshes.length, 0);
    server.expireAccessTokens();
    assert.deepEqual(await request(), allGood, "with a token that the API rejects");
    assert.deepEqual(
      server.refreshes.map(({ generation, outcome }) => [generation, outcome]),
      [[0, "rotated"]],
    );
    assert.equal(server.families[0]?.active, true);
  });
}
