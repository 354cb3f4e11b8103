import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import { storeContract } from "@regrant/client/testing";
import { startServer } from "../test/due-tokens.ts";

const dialect = "sqlite";

/** Work that was handed to the platform. */
let work: Promise<unknown>[] = [];
const env: Record<string, unknown> = {};
/** What the examples import of platforms that are not installed here: Next and Workers run in `test/runtimes`. */
const platforms: Record<string, Record<string, unknown>> = {
  "next/server": {
    after: (callback: () => Promise<unknown>) => void work.push(callback()),
  },
  "cloudflare:workers": {
    env,
    waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    DurableObject: class {
      readonly ctx: unknown;
      constructor(ctx: unknown) {
        this.ctx = ctx;
      }
    },
  },
};
Object.assign(globalThis, { platforms });
registerHooks({
  resolve(specifier, context, next) {
    const names = Object.keys(platforms[specifier] ?? {}).join();
    if (names === "") return next(specifier, context);
    const source = `export const { ${names} } = platforms[${JSON.stringify(specifier)}]`;
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});
const { databaseOf, Session } = await import("./durable-object.ts");

const onDurableObject = storeContract(() => {
  const database = new DatabaseSync(":memory:");
  database.exec(sqlStoreSchema({ dialect }));
  const open = () => sqlStore(databaseOf(storageOf(database)), { dialect });
  return { open, close: () => database.close() };
});
for (const { title, run } of onDurableObject) test(`Durable Object store: ${title}`, run);

test("a route of Next responds at once while its token is refreshed after the response", async (t) => {
  const { settings } = await startServer(t);
  Object.assign(process.env, settings);
  t.after(() => Object.keys(settings).forEach((name) => delete process.env[name]));
  const { GET } = await import("./client-next.ts");
  await assertRefreshedBehind(GET);
});

test("a Worker responds at once while its token, in D1, is refreshed behind it", async (t) => {
  Object.assign(env, (await startServer(t)).settings, { DB: d1Database(t) });
  const { default: worker } = await import("./client-worker.ts");
  await assertRefreshedBehind(worker.fetch);
  const page = readFileSync(join(import.meta.dirname, "../docs/client/recipes.md"), "utf8");
  assert.ok(page.includes(sqlStoreSchema({ dialect })), "the page shows the schema as it is");
});

test("a Durable Object keeps the session of its user, also when it is started again", async (t) => {
  const { settings } = await startServer(t);
  Object.assign(env, settings);
  const database = new DatabaseSync(":memory:");
  t.after(() => database.close());
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  const ctx = { storage: { sql: storageOf(database) }, waitUntil };
  const ask = (session: InstanceType<typeof Session>) =>
    session.fetch(new Request(`${settings.API_URL}/orders`));
  const first = new Session(ctx, env);
  assert.equal((await ask(first)).status, 401);
  await first.signIn({ access_token: "access-0", refresh_token: "refresh-0", expires_in: 3600 });
  assert.deepEqual(await (await ask(first)).json(), ["Bearer access-0"]);
  assert.deepEqual(await (await ask(new Session(ctx, env))).json(), ["Bearer access-0"]);
});

/** Sends requests whose token is due. */
async function assertRefreshedBehind(send: () => Promise<Response>): Promise<void> {
  work = [];
  const orders = async () => (await send()).json();
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.equal(work.length, 1);
  await work[0];
  assert.deepEqual(await orders(), ["Bearer access-2"]);
}

function storageOf(database: DatabaseSync) {
  return {
    exec(text: string, ...values: (string | number)[]) {
      const rows = database.prepare(text).all(...values);
      return { toArray: () => rows };
    },
  };
}

/** The calls of D1 that the Worker uses, over SQLite. */
function d1Database(t: TestContext) {
  const database = new DatabaseSync(":memory:");
  database.exec(sqlStoreSchema({ dialect }));
  t.after(() => database.close());
  return {
    prepare: (text: string) => ({
      bind: (...values: (string | number)[]) => ({
        async run() {
          const statement = database.prepare(text);
          const isQuery = text.startsWith("SELECT");
          return isQuery
            ? { results: statement.all(...values), meta: { changes: 0 } }
            : { results: [], meta: { changes: Number(statement.run(...values).changes) } };
        },
      }),
    }),
  };
}
