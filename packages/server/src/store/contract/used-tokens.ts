import assert from "node:assert/strict";
import type { Cases } from "./bench.ts";
import { digest, SECOND } from "./fixtures.ts";

export const usedTokenCases: Cases = {
  "a token is used once, until its time is over": async ({ store, clock }) => {
    const { usedTokens } = store;
    const token = digest();
    assert.equal(await usedTokens.use(token, 60), true);
    assert.equal(await usedTokens.use(token, 600), false);
    assert.equal(await usedTokens.use(digest(), 60), true);
    clock.at += 60 * SECOND - 1;
    assert.equal(await usedTokens.use(token, 60), false);
    clock.at += 1;
    assert.equal(await usedTokens.use(token, 60), true);
    assert.equal(await usedTokens.use(token, 60), false);
    clock.at += 60 * SECOND;
    assert.equal((await store.sweep({ limit: 10, eventRetention: 86_400 })).removed, 2);
  },

  "of requests that use one token at once, one does": async ({ store }) => {
    const token = digest();
    const used = await Promise.all(Array.from({ length: 20 }, () => store.usedTokens.use(token, 60)));
    assert.equal(used.filter(Boolean).length, 1);
  },
};
