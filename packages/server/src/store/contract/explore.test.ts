import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "./explore.ts";
import type { Scope } from "./explore.ts";

// `npm run explore` explores larger scopes.

const WINDOW = 10;
/** None, a moment, almost a window, a window. */
const PAUSES = [0, 1, WINDOW - 1, WINDOW];

const SCOPES: Record<string, Scope> = {
  "of three holders and eight requests": {
    holders: 3,
    requests: 8,
    window: WINDOW,
    pauses: PAUSES,
    losesWrites: false,
    failsResponses: false,
  },
  "of three holders and eight requests to a store that may lose its writes": {
    holders: 3,
    requests: 8,
    window: WINDOW,
    pauses: [1, WINDOW],
    losesWrites: true,
    failsResponses: false,
  },
  "of three holders and six requests to a service that may fail to respond": {
    holders: 3,
    requests: 6,
    window: WINDOW,
    pauses: [1, WINDOW - 1, WINDOW],
    losesWrites: false,
    failsResponses: true,
  },
};

for (const [title, scope] of Object.entries(SCOPES)) {
  test(`the rule holds in all histories ${title}`, (t) => {
    const { states, decisions, outcomes } = explore(scope);
    t.diagnostic(`${states} states, ${decisions} decisions: ${JSON.stringify(outcomes)}`);
    const expected = [
      "rotated",
      "retried",
      "retried_late",
      "reused",
      ...(scope.losesWrites ? ["recovered"] : []),
    ];
    assert.deepEqual(Object.keys(outcomes).toSorted(), expected.toSorted());
    assert.ok(states > 10_000, "there is something to explore");
  });
}
