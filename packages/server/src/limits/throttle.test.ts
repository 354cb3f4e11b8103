import assert from "node:assert/strict";
import { test } from "node:test";
import { OAuthError } from "../errors/oauth-error.ts";
import { StoreBusyError } from "../store/store.ts";
import type { FailureStore } from "../store/store.ts";
import { Throttle } from "./throttle.ts";

/** A store that several nodes share, in memory. */
function sharedStore(): FailureStore & { counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    counts,
    async count(keys, window) {
      return keys.map((key) => {
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return { count, remaining: window * 1000 };
      });
    },
  };
}

function throttle(perMinute: number, shared: FailureStore | null): Throttle {
  return new Throttle({ cause: "too_many_device_requests", perMinute, shared });
}

async function isRefused(counting: Promise<void>): Promise<void> {
  await assert.rejects(counting, (error) => {
    assert.ok(error instanceof OAuthError);
    assert.deepEqual([error.status, error.causeName], [429, "too_many_device_requests"]);
    assert.ok((error.retryAfter ?? 0) > 0);
    return true;
  });
}

test("a key has so many a minute, and another key its own", async () => {
  const limit = throttle(2, null);
  await limit.admit("a");
  await limit.admit("a", "b");
  await isRefused(limit.admit("a"));
  await isRefused(limit.admit("b", "a"));
  await limit.admit("b");
  assert.throws(() => limit.check("c", "a"), OAuthError);
  limit.check("c");
});

test("what other nodes counted counts here, and the store learns no address", async () => {
  const shared = sharedStore();
  const [one, other] = [throttle(3, shared), throttle(3, shared)];
  await one.admit("192.0.2.1");
  await other.admit("192.0.2.1");
  await one.admit("192.0.2.1");
  await isRefused(one.admit("192.0.2.1"));
  await other.admit("192.0.2.1");
  await isRefused(other.admit("192.0.2.1"));
  for (const key of shared.counts.keys()) assert.doesNotMatch(key, /192/);
});

test("while the store is busy each node's own count stands", async () => {
  const busy: FailureStore = { count: () => Promise.reject(new StoreBusyError("busy")) };
  const limit = throttle(2, busy);
  await limit.admit("a");
  await limit.admit("a");
  await isRefused(limit.admit("a"));
});
