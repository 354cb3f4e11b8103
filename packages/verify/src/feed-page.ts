import type { Revocation } from "./revocations.ts";

/** One response of the feed. */
export interface FeedPage {
  cursor: string;
  more: boolean;
  /** Longest lifetime of an access token, s. */
  accessTtl: number;
  revoked: Revocation[];
}

/** @throws Error the response does not have the feed's members */
export function readPage(response: Record<string, unknown>): FeedPage {
  const { cursor, more, access_ttl: accessTtl, revoked } = response;
  const isValid =
    typeof cursor === "string" &&
    typeof more === "boolean" &&
    typeof accessTtl === "number" &&
    Array.isArray(revoked) &&
    revoked.every((entry: { at?: unknown } | null) => typeof entry?.at === "number");
  if (!isValid) throw new Error("the revocation feed returned an unexpected response");
  return { cursor, more, accessTtl, revoked: revoked as Revocation[] };
}
