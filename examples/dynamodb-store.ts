// A store in a table of DynamoDB, whose partition key is the string `id`.
import { parseRecord } from "@regrant/client";
import type { CredentialRecord, TokenStore } from "@regrant/client";

/** The part of `DynamoDBDocument` (`@aws-sdk/lib-dynamodb`) that the store uses. */
export interface Documents {
  get(input: { TableName: string; Key: Item; ConsistentRead: true }): Promise<{ Item?: object | undefined }>;
  put(input: {
    TableName: string;
    Item: Item;
    ConditionExpression: string;
    ExpressionAttributeValues?: Record<string, string>;
  }): Promise<unknown>;
}

type Item = Record<string, string>;

export function dynamoStore(documents: Documents, TableName: string): TokenStore {
  const idOf = (key: string) => `token ${key}`;

  async function get(key: string) {
    const { Item } = await documents.get({ TableName, Key: { id: idOf(key) }, ConsistentRead: true });
    const { version = "", record = "" } = (Item ?? {}) as Item;
    return Item && { version, record: parseRecord(record) };
  }

  async function compareAndSet(key: string, expected: string | null, next: CredentialRecord) {
    const version = crypto.randomUUID();
    const condition = expected
      ? { ConditionExpression: "version = :v", ExpressionAttributeValues: { ":v": expected } }
      : { ConditionExpression: "attribute_not_exists(version)" };
    try {
      const Item = { id: idOf(key), version, record: JSON.stringify(next) };
      await documents.put({ TableName, Item, ...condition });
      return version;
    } catch (error) {
      if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
      // The SDK repeats a write whose response was lost: it may have been this one that is stored.
      return (await get(key))?.version === version && version;
    }
  }

  return { scope: "shared", atomic: true, get, compareAndSet };
}
