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

/** The state of a row that is still kept. `expiresAt` in ms, `ttl` in s. */
export function stateOf(
  row: { request: Uint8Array; response: Uint8Array | null; expiresAt: number },
  { request, ttl }: IdempotentRequest,
): IdempotentState {
  if (!request.equals(row.request)) return { outcome: "other_request" };
  if (row.response === null) return { outcome: "pending", since: row.expiresAt - ttl * 1000 };
  return { outcome: "done", response: Buffer.from(row.response) };
}
