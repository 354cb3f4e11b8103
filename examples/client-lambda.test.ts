import assert from "node:assert/strict";
import { test } from "node:test";
import { clientSecretBasic, createTokenClient, isTokenError } from "@regrant/client";
import { storeContract } from "@regrant/client/testing";
import { createHandler } from "./client-lambda.ts";
import { startServer } from "../test/due-tokens.ts";
import { dynamoStore } from "./dynamodb-store.ts";
import type { Documents } from "./dynamodb-store.ts";

const onDynamoDb = storeContract(() => {
  const { items, ...table } = dynamoTable();
  const damage = (key: string, record: string) => {
    const id = `token ${key}`;
    items.set(id, { ...items.get(id), id, record });
  };
  return { open: () => dynamoStore(table, "tokens"), damage };
});
for (const { title, run } of onDynamoDb) test(`DynamoDB store: ${title}`, run);

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
