import { rowMappers } from "../row-mappers.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Whether a `uuid` column can hold the text and returns it unchanged. Any other id belongs to no row; a query with it
 * would be an error.
 */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Ids of Passport's auto-increment; they fit into the last 48 bits of a UUID. */
const NUMBER = /^(?:0|[1-9]\d{0,13})$/;
/** UUIDs that stand for numbers: version 8 (RFC 9562 §5.8), so that no random or timed one is among them. */
const NUMBERED = "00000000-0000-8000-8000-";

/** The `uuid` for a client's id, a UUID or a number; UUIDs keep rows short. Undefined: no client can have the id. */
export function clientKey(id: string): string | undefined {
  if (isUuid(id)) return id.startsWith(NUMBERED) ? undefined : id;
  return NUMBER.test(id) ? NUMBERED + Number(id).toString(16).padStart(12, "0") : undefined;
}

/** The client's id for a `uuid`. */
export function clientIdOf(key: string): string {
  return key.startsWith(NUMBERED) ? String(Number.parseInt(key.slice(NUMBERED.length), 16)) : key;
}

/** Whether a `text` column can hold the text: PostgreSQL does not accept U+0000. */
export function isText(text: string): boolean {
  return !text.includes("\0");
}

/** The mappers of this engine's rows. */
export const {
  toActiveGrants,
  toClient,
  toCode,
  toGrant,
  toPushedRequest,
  toRegistration,
  toSignIn,
  toSigningKey,
  toSubscription,
  toSubscriptionState,
} = rowMappers({
  uuid: (value) => value as string,
  clientId: (value) => clientIdOf(value as string),
  bytes: (value) => value as Buffer,
  boolean: (value) => value as boolean,
});
