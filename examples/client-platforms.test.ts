import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { clientSecretBasic, createTokenClient, isTokenError } from "@regrant/client";
import { sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import { storeContract } from "@regrant/client/testing";
import { createHandler } from "./client-lambda.ts";
import { durableObjectSql } from "./durable-object-sql.ts";
import { dynamoStore } from "./dynamodb-store.ts";
import type { Documents } from "./dynamodb-store.ts";

/** What the platforms' modules export, which are not installed here: Next and Workers themselves run in `test/runtimes`. */
const platforms: Record<string, Record<string, unknown>> = { "next/server": {}, "cloudflare:workers": {} };
Object.assign(globalThis, { platforms });
registerHooks({
  resolve(specifier, context, next) {
    if (!(specifier in platforms)) return next(specifier, context);
    const names = Object.keys(platforms[specifier] ?? {}).join();
    const source = `export const { ${names} } = platforms[${JSON.stringify(specifier)}]`;
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});

const onDynamoDb = storeContract(() => {
  const { items, ...table } = dynamoTable();
  const damage = (key: string, record: string) => {
    const id = `token ${key}`;
    items.set(id, { ...items.get(id), id, record });
  };
  return { open: () => dynamoStore(table, "tokens"), damage };
});
for (const { title, run } of onDynamoDb) test(`DynamoDB store: ${title}`, run);

const onDurableObject = storeContract(() => {
  const database = tokenDatabase();
  const exec = (text: string, ...values: (string | number)[]) => ({
    toArray: () => database.prepare(text).all(...values),
  });
  const open = () => sqlStore(durableObjectSql({ exec }), { dialect: "sqlite" });
  return { open, close: () => database.close() };
});
for (const { title, run } of onDurableObject) test(`Durable Object store: ${title}`, run);

test("DynamoDB store: a write that the SDK repeats, as its response was lost, has succeeded", async () => {
  const table = dynamoTable();
  const put: Documents["put"] = async (input) => {
    await table.put(input);
    return table.put(input);
  };
  const store = dynamoStore({ ...table, put }, "tokens");
  const record = { generation: 1 } as Parameters<typeof store.compareAndSet>[2];
  const version = await store.compareAndSet("a", null, record);
  assert.deepEqual(await store.get("a"), { version, record });
});

test("DynamoDB store: an item of another program is no session, and is replaced by a login", async () => {
  const { items, ...table } = dynamoTable();
  items.set("token a", { id: "token a", colour: "red" });
  const options = { tokenEndpoint: "https://auth.example.com/token", clientId: "a", key: "a" };
  const client = createTokenClient({ ...options, store: dynamoStore(table, "tokens") });
  await assert.rejects(client.getToken(), (error) => isTokenError(error, "store_failed"));
  await client.set({ access_token: "access-1" });
  assert.equal((await client.getToken()).accessToken, "access-1");
});

test("AWS Lambda: instances share a token, and none is frozen in the middle of a refresh", async (t) => {
  const server = await startServer(t);
  const { TOKEN_ENDPOINT: tokenEndpoint, CLIENT_ID: clientId, API_URL: api } = server.settings;
  const clientAuth = clientSecretBasic(server.settings.CLIENT_SECRET);
  const store = dynamoStore(dynamoTable(), "tokens");
  const [one, other] = [0, 0].map(() => createHandler({ tokenEndpoint, clientId, clientAuth, api, store }));
  assert.deepEqual(await one?.(), { statusCode: 200, body: '["Bearer access-1"]' });
  // The token is due: the first caller waits for the refresh.
  assert.deepEqual(await other?.(), { statusCode: 200, body: '["Bearer access-2"]' });
  assert.equal(server.open(), 0);
});

test("a route of Next responds at once while its token is refreshed after the response", async (t) => {
  const server = await startServer(t);
  const work: (() => unknown)[] = [];
  platforms["next/server"] = { after: (callback: () => unknown) => void work.push(callback) };
  Object.assign(process.env, server.settings);
  t.after(() => Object.keys(server.settings).forEach((name) => delete process.env[name]));
  const { GET } = await import("./client-next.ts");
  const orders = async () => (await GET()).json();
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.equal(work.length, 1);
  await work[0]?.();
  assert.deepEqual(await orders(), ["Bearer access-2"]);
});

test("a Worker responds at once while its token, in D1, is refreshed behind it", async (t) => {
  const server = await startServer(t);
  const work: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  platforms["cloudflare:workers"] = { waitUntil, env: { ...server.settings, DB: d1Database(t) } };
  const { default: worker } = await import("./client-worker.ts");
  const orders = async () => (await worker.fetch()).json();
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.deepEqual(await orders(), ["Bearer access-1"]);
  assert.equal(work.length, 1);
  await work[0];
  assert.deepEqual(await orders(), ["Bearer access-2"]);

  const page = readFileSync(join(import.meta.dirname, "../docs/client/recipes.md"), "utf8");
  assert.ok(page.includes(sqlStoreSchema({ dialect: "sqlite" })), "the page shows the schema as it is");
});

/** A token endpoint whose tokens are due at once, and an API that answers with the token that it was sent. */
async function startServer(t: TestContext) {
  let [issued, open] = [0, 0];
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/orders") return response.end(JSON.stringify([request.headers.authorization]));
    open += 1;
    response.once("close", () => (open -= 1));
    const access_token = `access-${(issued += 1)}`;
    return response.end(JSON.stringify({ access_token, expires_in: 3600, refresh_in: 0.001 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  const API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { API_URL, TOKEN_ENDPOINT: `${API_URL}/token`, CLIENT_ID: "a", CLIENT_SECRET: "secret" };
  return { settings, open: () => open };
}

/** The two calls of a table of DynamoDB, with the conditions that the store uses. */
function dynamoTable(): Documents & { items: Map<string, Record<string, string>> } {
  const items = new Map<string, Record<string, string>>();
  return {
    items,
    get: async ({ Key: { id = "" } }) => ({ Item: items.get(id) }),
    async put({ Item, ConditionExpression, ExpressionAttributeValues }) {
      const { id = "" } = Item;
      const holds: Record<string, () => boolean> = {
        "attribute_not_exists(version)": () => items.get(id)?.["version"] === undefined,
        "version = :v": () => items.get(id)?.["version"] === ExpressionAttributeValues?.[":v"],
      };
      const error = Object.assign(new Error("refused"), { name: "ConditionalCheckFailedException" });
      if (!holds[ConditionExpression]?.()) throw error;
      items.set(id, Item);
    },
  };
}

/** The calls of D1 that the Worker uses, over SQLite. */
function d1Database(t: TestContext) {
  const database = tokenDatabase();
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

function tokenDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(sqlStoreSchema({ dialect: "sqlite" }));
  return database;
}
