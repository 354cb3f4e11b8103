import { rowMappers } from "../row-mappers.ts";

/** The text of a UUID that is stored as 16 bytes. */
export function bytesToUuid(bytes: Uint8Array): string {
  const hex = toBuffer(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The same bytes, without a copy. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The mappers of this engine's rows: UUIDs of grants are 16 bytes, client ids are text, booleans are 0 or 1. */
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
  uuid: (value) => bytesToUuid(value as Uint8Array),
  clientId: (value) => value as string,
  bytes: (value) => toBuffer(value as Uint8Array),
  boolean: (value) => value === 1,
});
