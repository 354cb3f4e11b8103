import type { NewClient, TokenResponse } from "./service.ts";

/** The longest that an answer is waited for, ms. */
const PATIENCE = 30_000;

export interface Answer {
  status: number;
  /** The header of that name, s. */
  retryAfter?: number;
  /** A token answer or an error (RFC 6749 §5), as the status says. */
  body: Partial<TokenResponse> & { error?: string; error_reason?: string };
}

/** Sends a form. Rejects where there is no answer: the server is away. */
export async function post(url: string, fields: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const retryAfter = response.headers.get("retry-after");
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, body, ...(retryAfter !== null && { retryAfter: Number(retryAfter) }) };
}

/** The refresh of a confidential client, with its secret in the body. */
export function refresh(origin: string, client: NewClient, refreshToken: string): Promise<Answer> {
  const { client_id, client_secret } = client;
  const fields = { client_id, client_secret, refresh_token: refreshToken };
  return post(`${origin}/oauth/token`, { grant_type: "refresh_token", ...fields });
}

/** The successor in an answer that must be a good one. */
export function successorIn({ status, body }: Answer): string {
  if (status === 200 && body.refresh_token !== undefined) return body.refresh_token;
  throw new Error(`the refresh was answered with ${status}: ${JSON.stringify(body)}`);
}

/** The grant that a refresh token belongs to: after the prefix come two bytes, then the id and the generation. */
export function readRefreshToken(token: string): { grantId: string; generation: number } {
  const bytes = Buffer.from(token.slice("rgr_".length), "base64url");
  const hex = bytes.toString("hex", 2, 18);
  const grantId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { grantId, generation: bytes.readUInt32BE(18) };
}
