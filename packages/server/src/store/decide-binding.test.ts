import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { BINDINGS, instant, present, presentation, when } from "./contract/presented-tokens.ts";
import { grantRow } from "./contract/fixtures.ts";
import { decide, isAccepted } from "./decide.ts";
import { written } from "./rotation-result.ts";

/** Histories of one grant: who asks with which token, and the key that each request proves. */
const history = fc.array(fc.tuple(when, presentation), { minLength: 1, maxLength: 60 });
const binding = fc.constantFrom(null, null, ...BINDINGS);

test("in any history, a bound grant gives tokens for its key alone, and a token that a bearer got ends it", () => {
  let [bound, ended] = [0, 0];
  const property = fc.property(history, binding, (requests, binding) => {
    let row = grantRow({ binding });
    let now = row.createdAt;
    // The newest generation that was given to a request without a key; the first token, if no key was proved for it.
    let bearers = binding === null ? 0 : -1;
    for (const [at, asked] of requests) {
      now = instant(at, row, asked, now);
      const presented = present(row, asked);
      const before = row;
      const decision = decide(before, presented, now);
      row = written(before, decision);
      const accepted = isAccepted(decision.outcome);
      if (accepted && row.binding === null) bearers = Math.max(bearers, row.generation);
      if (before.binding === null) {
        if (row.binding === null) continue;
        bound += 1;
        assert.ok(accepted && row.binding === presented.binding);
        assert.ok(Math.max(bearers, presented.generation) <= (row.boundGeneration ?? -1));
        continue;
      }
      assert.deepEqual([row.binding, row.boundGeneration], [before.binding, before.boundGeneration]);
      if (presented.binding === before.binding) continue;
      assert.ok(!accepted, decision.outcome);
      const contested = presented.generation <= (before.boundGeneration ?? -1);
      const outcomes = ["unknown", "client_mismatch", "revoked", "expired"];
      assert.ok([...outcomes, contested ? "reused" : "binding_mismatch"].includes(decision.outcome));
      if (decision.outcome === "reused" && presented.policy.reuse === "revoke") {
        ended += 1;
        assert.equal(row.revokedReason, "reused");
      } else assert.deepEqual(row, before);
    }
  });
  fc.assert(property, { numRuns: 3000 });
  assert.ok(bound > 100 && ended > 20, `${bound} ${ended}`);
});
