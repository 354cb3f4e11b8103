/** What a Passport refresh token says, once it has been decrypted: its MAC proves that the provider issued it. */
export interface PassportPayload {
  /** "" if the member is not a string: Passport compares strictly, so such a token belongs to no client. */
  clientId: string;
  /** `id` of its row in `oauth_refresh_tokens`. */
  tokenId: string;
  /** `id` of the row in `oauth_access_tokens` that was issued with it. */
  accessTokenId: string;
  scopes: readonly string[];
  /** null: the token names no user. */
  subject: string | null;
  /** s */
  expiresAt: number;
  /** Our own refresh token inside, where the token was made here, so that Passport can read it; null: Passport made it. */
  own: string | null;
}

/**
 * Reads the JSON that league/oauth2-server 5 to 9 encrypts. `user_id` is an integer up to league 8 where the user's key
 * is one, else a string; ids have 80 hex digits, but nothing here relies on it.
 *
 * @returns undefined: the payload is not a refresh token's but, say, an authorization code's
 */
export function readPayload(plaintext: Buffer): PassportPayload | undefined {
  const json = parse(plaintext);
  if (json === undefined) return undefined;
  const { client_id: clientId, refresh_token_id: tokenId, access_token_id: accessTokenId } = json;
  const { scopes, user_id: subject, expire_time: expiresAt, regrant: own } = json;
  if (typeof tokenId !== "string" || tokenId === "" || typeof accessTokenId !== "string") return undefined;
  if (typeof expiresAt !== "number" || !Number.isFinite(expiresAt)) return undefined;
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === "string")) return undefined;
  return {
    clientId: typeof clientId === "string" ? clientId : "",
    tokenId,
    accessTokenId,
    scopes,
    subject: typeof subject === "string" || Number.isSafeInteger(subject) ? String(subject) : null,
    expiresAt,
    own: typeof own === "string" ? own : null,
  };
}

/**
 * The JSON in Passport's order. Passport ignores the member at the end, and reads a string as `user_id` in all its
 * versions.
 */
export function writePayload(payload: PassportPayload): Buffer {
  return Buffer.from(
    JSON.stringify({
      client_id: payload.clientId,
      refresh_token_id: payload.tokenId,
      access_token_id: payload.accessTokenId,
      scopes: payload.scopes,
      user_id: payload.subject,
      expire_time: payload.expiresAt,
      regrant: payload.own,
    }),
  );
}

function parse(plaintext: Buffer): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(plaintext.toString("utf8"));
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
