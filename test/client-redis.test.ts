import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient } from "@redis/client";
import { isTokenError } from "@regrant/client";
import { redisLock, redisStore } from "@regrant/client/redis";
import type { RedisLike } from "@regrant/client/redis";
import { lockContract, storeContract } from "@regrant/client/testing";
import { Redis } from "ioredis";
import { commandOf } from "../packages/client/src/redis/command.ts";
import { needRedis } from "./need.ts";
import { startRedis } from "./redis-server.ts";

const program = await needRedis();
const skip = program.missing;
const server = skip === false ? await startRedis(program.path) : undefined;
const url = server?.url ?? "";
after(() => server?.kill());

/** A connection with each of the two drivers. */
const DRIVERS: Record<string, () => Promise<{ client: RedisLike; end: () => void }>> = {
  async ioredis() {
    const client = new Redis(url);
    return { client, end: () => client.disconnect() };
  },
  async "node-redis"() {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
};

let places = 0;

for (const [driver, connect] of Object.entries(DRIVERS)) {
  const place = <T>(adapter: (client: RedisLike, options: { prefix: string }) => T) => {
    const prefix = `place-${(places += 1)}:`;
    const ends: (() => void)[] = [];
    const open = async () => {
      const { client, end } = await connect();
      ends.push(end);
      return adapter(client, { prefix });
    };
    const damage = async (key: string, text: string) => {
      const { client, end } = await connect();
      await commandOf(client)("HSET", prefix + key, "record", text);
      end();
    };
    return { open, damage, close: () => ends.forEach((end) => end()) };
  };
  const cases = [
    ...storeContract(() => place(redisStore)).map((one) => ({ ...one, title: `store: ${one.title}` })),
    ...lockContract(() => place(redisLock)).map((one) => ({ ...one, title: `lock: ${one.title}` })),
  ];
  for (const { title, run } of cases) test(`Redis by ${driver}, ${title}`, { skip }, run);

  test(
    `Redis by ${driver}: work is told when its key is gone, and does not free the next holder's`,
    { skip },
    async () => {
      const { client, end } = await connect();
      const raw = commandOf(client);
      const lock = redisLock(client, { prefix: `lost-${driver}:` });
      await lock(
        "a",
        async ({ signal }) => {
          await raw("SET", `lost-${driver}:a`, "another owner");
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
        { waitMs: 1000, leaseMs: 800 },
      );
      assert.equal(await raw("GET", `lost-${driver}:a`), "another owner");
      end();
    },
  );
}

test(
  "an unreachable Redis is store_failed for the store, and lock_unavailable for the lock",
  { skip },
  async () => {
    const gone = await startRedis(program.path);
    const client = new Redis(gone.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on("error", () => {});
    await client.ping();
    await gone.kill();
    await assert.rejects(Promise.resolve(redisStore(client).get("a")), (error) =>
      isTokenError(error, "store_failed"),
    );
    const locked = redisLock(client)("a", () => Promise.resolve(), { waitMs: 500, leaseMs: 500 });
    await assert.rejects(locked, (error) => isTokenError(error, "lock_unavailable"));
    client.disconnect();
  },
);
