import assert from "node:assert/strict";
import type { Cases } from "./bench.ts";
import { digest, SECOND } from "./fixtures.ts";

/** A request whose response is kept for a minute. */
function newRequest() {
  return { key: digest(), request: digest(), ttl: 60 };
}

export const idempotentResponseCases: Cases = {
  "a request is begun once, and its response is kept for the same request": async ({ store, clock }) => {
    const { idempotentResponses } = store;
    const request = newRequest();
    assert.deepEqual(await idempotentResponses.begin(request), { outcome: "begun" });
    const since = clock.at;
    clock.at += SECOND;
    assert.deepEqual(await idempotentResponses.begin(request), { outcome: "pending", since });
    const response = Buffer.from("sealed");
    await idempotentResponses.complete(request.key, response);
    assert.deepEqual(await idempotentResponses.begin(request), { outcome: "done", response });
    const other = { ...request, request: digest() };
    assert.deepEqual(await idempotentResponses.begin(other), { outcome: "other_request" });
    assert.deepEqual(await idempotentResponses.begin(newRequest()), { outcome: "begun" });
  },

  "of simultaneous requests with one key, one is begun": async ({ store: { idempotentResponses } }) => {
    const request = newRequest();
    const states = await Promise.all(Array.from({ length: 8 }, () => idempotentResponses.begin(request)));
    const outcomes = states.map(({ outcome }) => outcome).toSorted();
    assert.deepEqual(outcomes, ["begun", ...Array.from({ length: 7 }, () => "pending")]);
  },

  "the key of a refused request is free again, and that of one with a response is not": async ({
    store: { idempotentResponses },
  }) => {
    const request = newRequest();
    await idempotentResponses.begin(request);
    await idempotentResponses.forget(request.key);
    const other = { ...request, request: digest() };
    assert.deepEqual(await idempotentResponses.begin(other), { outcome: "begun" });
    await idempotentResponses.complete(other.key, Buffer.from("sealed"));
    await idempotentResponses.forget(other.key);
    assert.equal((await idempotentResponses.begin(other)).outcome, "done");
  },

  "a key is free again when its time is over, and then swept": async ({ store, clock }) => {
    const { idempotentResponses } = store;
    const request = newRequest();
    await idempotentResponses.begin(request);
    await idempotentResponses.complete(request.key, Buffer.from("sealed"));
    clock.at += 60 * SECOND - 1;
    assert.equal((await idempotentResponses.begin(request)).outcome, "done");
    clock.at += 1;
    assert.deepEqual(await idempotentResponses.begin(request), { outcome: "begun" });
    clock.at += 60 * SECOND;
    assert.equal((await store.sweep({ limit: 100, eventRetention: 3600 })).removed, 1);
  },
};
