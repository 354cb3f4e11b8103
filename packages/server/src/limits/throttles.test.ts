import assert from "node:assert/strict";
import { test } from "node:test";
import { clientKey, countClientFailure } from "./client-failures.ts";
import { createThrottles } from "./throttles.ts";

const LIMITS = {
  clientFailuresPerMinute: 3,
  usernameFailuresPerAddress: 2,
  usernameFailuresPerMinute: 6,
  deviceRequestsPerMinute: 1,
  userCodeFailuresPerMinute: 1,
  registrationsPerMinute: 1,
};

test("failed clients do not count as failed usernames, nor the reverse", async () => {
  const { clients, usernames } = createThrottles(LIMITS, null);
  for (let i = 0; i < 3; i += 1) await countClientFailure(clients, "client", "192.0.2.1");
  for (let i = 0; i < 3; i += 1) await usernames.failed("192.0.2.2", "192.0.2.2");
  assert.equal(usernames.wait("ada", "192.0.2.1"), 0);
  assert.equal(clients.wait(clientKey("client", "192.0.2.2")), 0);
});

test("throttles that share a store count apart, and several keys of one failure in one request", async () => {
  const requests: (readonly string[])[] = [];
  const shared = {
    count: async (keys: readonly string[], window: number) => {
      requests.push(keys);
      return keys.map(() => ({ count: 1, remaining: window * 1000 }));
    },
  };
  const throttles = createThrottles(LIMITS, shared);
  await throttles.usernames.failed("ada", "192.0.2.1");
  await countClientFailure(throttles.clients, "client", "192.0.2.1");
  await throttles.legacyTokens.count(clientKey("client", "192.0.2.1"));
  await throttles.registrations.admit("192.0.2.1");
  await throttles.deviceRequests.admit("192.0.2.1");
  assert.deepEqual(
    requests.map((keys) => keys.length),
    [3, 2, 1, 1, 1],
  );
  assert.equal(new Set(requests.flat()).size, 8);
});
