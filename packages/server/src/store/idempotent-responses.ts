import type { Row } from "./row.ts";

// The part of the port for requests that may be sent again (draft-ietf-httpapi-idempotency-key-header). Conventions as in
// store.ts.

/** A request that is about to be carried out. */
export interface IdempotentRequest {
  /** Digest of who asks, and of the Idempotency-Key. */
  key: Buffer;
  /** Digest of the request itself. */
  request: Buffer;
  /** How long the response is kept, s. */
  ttl: number;
}

/** What is known of a key. */
export type IdempotentState =
  /** Nothing: the caller carries the request out, and then calls `complete` or `forget`. */
  | { outcome: "begun" }
  /** The key belongs to another request. */
  | { outcome: "other_request" }
  /** It was begun then, ms, and has no response. */
  | { outcome: "pending"; since: number }
  | { outcome: "done"; response: Buffer };

/** Responses to requests that may be sent again with the same key. Records no events. */
export interface IdempotentResponseStore {
  /** Of simultaneous requests with one key, one is `begun`. A key is free again when its time is over. */
  begin(request: IdempotentRequest): Promise<IdempotentState>;
  /** Keeps the response of a request that was begun. */
  complete(key: Buffer, response: Buffer): Promise<void>;
  /** Frees the key of a request that was refused, and has changed nothing. */
  forget(key: Buffer): Promise<void>;
}

/** Reads a row of `idempotent_responses` that is still kept. */
export function stateOf(row: Row, { request, ttl }: IdempotentRequest): IdempotentState {
  if (!request.equals(row["request"] as Uint8Array)) return { outcome: "other_request" };
  const response = row["response"] as Uint8Array | null;
  if (response !== null) return { outcome: "done", response: Buffer.from(response) };
  return { outcome: "pending", since: (row["expires_at"] as number) - ttl * 1000 };
}
