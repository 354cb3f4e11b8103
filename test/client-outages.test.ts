import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@redis/client";
import { createTokenClient } from "@regrant/client";
import type { TokenStore } from "@regrant/client";
import { redisStore } from "@regrant/client/redis";
import type { RedisLike } from "@regrant/client/redis";
import { sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { commandOf } from "../packages/client/src/redis/command.ts";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { needRedis } from "./need.ts";
import { startRedis } from "./redis-server.ts";

const program = await needRedis();
const FORCE = { mode: "force" } as const;

/** Connects both drivers as a program without further settings would. */
const DRIVERS: Record<string, (url: string) => Promise<{ client: RedisLike; end: () => void }>> = {
  async ioredis(url) {
    const client = new Redis(url);
    client.on("error", () => {});
    return { client, end: () => client.disconnect() };
  },
  async "node-redis"(url) {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
};

for (const [driver, connect] of Object.entries(DRIVERS)) {
  test(
    `Redis by ${driver}: what hangs, is cut or has become a replica is reported in time, and used again later`,
    { skip: program.missing },
    async (t) => {
      const server = await startRedis(program.path);
      t.after(() => server.kill());
      const [used, admin] = [await connect(server.url), await connect(server.url)];
      t.after(() => (used.end(), admin.end()));
      const command = commandOf(admin.client);
      const { client, posts } = clientOf(redisStore(used.client));
      await client().set({ access_token: "access-0", refresh_token: "refresh-0", expires_in: 3600 });

      await command("CLIENT", "PAUSE", "7000", "ALL");
      const startedAt = performance.now();
      await assert.rejects(client().getToken(), { code: "store_failed" });
      assert.ok(performance.now() - startedAt < 6500);
      await command("PING");
      assert.equal((await client().getToken()).accessToken, "access-0");

      await command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      assert.equal((await untilServed(() => client().getToken())).accessToken, "access-0");

      await command("REPLICAOF", "127.0.0.1", "1");
      await assert.rejects(client().getToken({ ...FORCE, rejected: "access-0" }), { code: "store_failed" });
      assert.equal(posts(), 0, "the token is not spent");
      await command("REPLICAOF", "NO", "ONE");
      assert.equal((await client().getToken(FORCE)).accessToken, "access-1");
    },
  );
}

test("PostgreSQL: connections that are cut and a standby are reported in time, and used again later", async (t) => {
  const server = await TestServer.start();
  t.after(() => server.stop());
  const connectionString = await server.newDatabase("nothing");
  await server.query(connectionString, sqlStoreSchema({ dialect: "postgres" }));
  const pool = new Pool({ connectionString, max: 2 });
  pool.on("error", () => {});
  t.after(() => pool.end());
  const { client, posts } = clientOf(sqlStore(pool, { dialect: "postgres" }));
  await client().set({ access_token: "access-0", refresh_token: "refresh-0", expires_in: 3600 });
  const name = new URL(connectionString).pathname.slice(1);
  const admin = (text: string) => server.query("postgres", text);
  const cut = () => admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  const setReadOnly = async (value: "on" | "off") => {
    await admin(`ALTER DATABASE "${name}" SET default_transaction_read_only = ${value}`);
    await cut();
  };

  await cut();
  assert.equal((await untilServed(() => client().getToken())).accessToken, "access-0");

  await setReadOnly("on");
  await untilServed(() => client().getToken());
  await assert.rejects(client().getToken({ ...FORCE, rejected: "access-0" }), { code: "store_failed" });
  assert.equal(posts(), 0, "the token is not spent");
  await setReadOnly("off");
  assert.equal((await untilServed(() => client().getToken(FORCE))).accessToken, "access-1");
});

/** Repeats what rejects with `store_failed`, at most 30 s. */
async function untilServed<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      assert.equal((error as { code?: string }).code, "store_failed");
      if (performance.now() > until) throw error;
    }
  }
}

/** Clients over the store, each as in a new process, and the number of their token requests. */
function clientOf(store: TokenStore) {
  let posts = 0;
  const client = () =>
    createTokenClient({
      tokenEndpoint: "https://as.example/token",
      clientId: "c",
      key: "a",
      store,
      fetch: async () => {
        posts += 1;
        return Response.json({
          access_token: `access-${posts}`,
          refresh_token: `refresh-${posts}`,
          expires_in: 3600,
        });
      },
    });
  return { client, posts: () => posts };
}
