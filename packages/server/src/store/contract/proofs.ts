import assert from "node:assert/strict";
import type { RotationResult } from "../store.ts";
import type { UsableProof } from "../used-tokens.ts";
import type { Cases } from "./bench.ts";
import { SECOND, digest, presentedToken } from "./fixtures.ts";

const KEY = "jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

const newProof = (ttl = 300): UsableProof => ({ digest: digest(), ttl });

const outcomeOf = (result: RotationResult) => result.outcome;

/** Proofs of keys, which a refresh uses up with the rotation (RFC 9449 §11.1), and the binding that it brings. */
export const proofCases: Cases = {
  "a proof is used up with the rotation, and a used one changes nothing": async (bench) => {
    const grant = await bench.grant(undefined, { binding: KEY });
    const { grants } = bench.store;
    const present = (generation: number, proof: UsableProof) =>
      grants.rotate(presentedToken(grant, generation, {}, { binding: KEY, proof }));
    const proof = newProof();
    assert.equal(outcomeOf(await present(0, proof)), "rotated");
    assert.equal(await bench.store.usedTokens.use(proof.digest, 1), false);
    const row = await grants.find(grant.id);
    for (const generation of [0, 1, 2]) {
      assert.equal(outcomeOf(await present(generation, proof)), "proof_used");
    }
    assert.deepEqual(await grants.find(grant.id), row);
    assert.deepEqual(await bench.eventTypes(), ["client.created", "grant.created"]);
    const retry = newProof();
    assert.equal(outcomeOf(await present(0, retry)), "retried");
    assert.equal(outcomeOf(await present(0, retry)), "proof_used");
    assert.equal(outcomeOf(await present(0, newProof())), "retried");
    assert.equal(outcomeOf(await present(1, newProof())), "rotated");
  },

  "a proof that was used elsewhere is used, for its time": async (bench) => {
    const grant = await bench.grant();
    const proof = newProof(60);
    assert.equal(await bench.store.usedTokens.use(proof.digest, proof.ttl), true);
    const rotate = () => bench.store.grants.rotate(presentedToken(grant, 0, {}, { proof }));
    assert.equal(outcomeOf(await rotate()), "proof_used");
    bench.clock.at += 59 * SECOND;
    assert.equal(outcomeOf(await rotate()), "proof_used");
  },

  "of any number of simultaneous refreshes with one proof, one is accepted: of one grant, and of several":
    async (bench) => {
      const { id: clientId } = await bench.client();
      const grants = await Promise.all(
        Array.from({ length: 8 }, () => bench.grant(clientId, { binding: KEY })),
      );
      const proof = newProof();
      const tokens = [...grants, ...grants].map((grant) =>
        presentedToken(grant, 0, {}, { binding: KEY, proof }),
      );
      const results = await Promise.all(tokens.map((token) => bench.store.grants.rotate(token)));
      const accepted = results.filter(({ outcome }) => outcome !== "proof_used");
      assert.deepEqual(accepted.map(outcomeOf), ["rotated"]);
      const rows = await Promise.all(grants.map(({ id }) => bench.store.grants.find(id)));
      assert.equal(rows.filter((row) => row?.generation === 1).length, 1);
    },

  "simultaneous refreshes with proofs and without are each rotated once, and their retries get the same":
    async (bench) => {
      const { id: clientId } = await bench.client();
      const grants = await Promise.all(Array.from({ length: 20 }, () => bench.grant(clientId)));
      const tokens = grants.flatMap((grant, i) =>
        [0, 1].map(() => presentedToken(grant, 0, {}, i % 2 === 0 ? { proof: newProof() } : {})),
      );
      const results = await Promise.all(tokens.map((token) => bench.store.grants.rotate(token)));
      for (const [i] of grants.entries()) {
        const both = results.slice(2 * i, 2 * i + 2);
        assert.deepEqual(both.map(outcomeOf).toSorted(), ["retried", "rotated"]);
        assert.ok(both.every((result) => "grant" in result && result.grant.generation === 1));
      }
    },

  "a refresh with a key binds a grant that no key is bound to, once, and tells so": async (bench) => {
    const grant = await bench.grant();
    const { grants } = bench.store;
    const present = (generation: number, binding: string | null) =>
      grants.rotate(presentedToken(grant, generation, {}, { binding }));
    await present(0, null);
    const bound = await present(1, KEY);
    assert.ok("grant" in bound);
    assert.deepEqual([bound.grant.binding, bound.grant.boundGeneration], [KEY, 1]);
    assert.deepEqual(await grants.find(grant.id), bound.grant);
    const { type, data } = await bench.lastEvent();
    assert.deepEqual([type, data], ["grant.bound", { binding: KEY, generation: 1 }]);
    const next = await present(2, KEY);
    assert.ok("grant" in next && next.grant.boundGeneration === 1);
    assert.equal(outcomeOf(await present(3, null)), "binding_mismatch");
    assert.equal((await grants.find(grant.id))?.revokedAt, null);
    assert.equal(outcomeOf(await present(1, null)), "reused");
    assert.equal(outcomeOf(await present(3, KEY)), "revoked");
  },

  "a race for the binding has one winner; the bearer of the same token ends the grant": async (bench) => {
    const { id: clientId } = await bench.client();
    for (let i = 0; i < 10; i++) {
      const grant = await bench.grant(clientId);
      const bindings = [KEY, null, `${KEY.slice(0, -1)}A`];
      const results = await Promise.all(
        bindings.map((binding) => bench.store.grants.rotate(presentedToken(grant, 0, {}, { binding }))),
      );
      const row = await bench.store.grants.find(grant.id);
      // The bearer came first, and the others bind and contest what it left; or a key did, and the rest are other holders.
      assert.equal(row?.revokedReason, "reused", results.map(outcomeOf).join(" "));
    }
  },
};
