import type { AccessToken } from "./access-token.ts";

/** An entry of the feed. `at`: when it was revoked, s since 1970 with fractions. */
export type Revocation = { at: number } & (
  | { gid: string }
  | { jti: string }
  /** All grants of the subject that were created until then. */
  | { sub: string }
  /** All grants of the client that were created until then, and its client credentials tokens. */
  | { client_id: string }
  /** All tokens that the key signed. */
  | { kid: string }
);

const NAMES = ["gid", "jti", "sub", "client_id", "kid"] as const;
type Name = (typeof NAMES)[number];

/** How long another node may still issue tokens to a client that was disabled, s. */
const PROPAGATION = 2;
/** Upper bound of `clockTolerance`, s: tokens are accepted this long after they expire. */
const TOLERANCE = 60;

/** The revocations of tokens that have not expired. */
export class Revocations {
  readonly #at: Record<Name, Map<string, number>> = {
    gid: new Map(),
    jti: new Map(),
    sub: new Map(),
    client_id: new Map(),
    kid: new Map(),
  };

  get size(): number {
    return NAMES.reduce((sum, name) => sum + this.#at[name].size, 0);
  }

  add(revocation: Revocation): void {
    const entry = revocation as { at: number } & Partial<Record<Name, string>>;
    for (const name of NAMES) {
      const value = entry[name];
      if (value === undefined) continue;
      const known = this.#at[name].get(value);
      this.#at[name].set(value, Math.max(known ?? 0, entry.at));
    }
  }

  /** Whether the token is revoked. @param kid of the key that signed it */
  covers(token: AccessToken, kid: string | undefined): boolean {
    const { grantId, id, subject, clientId } = token;
    if (this.#at.jti.has(id) || (kid !== undefined && this.#at.kid.has(kid))) return true;
    const exchangedFor = token.claims["grant_clients"] as readonly string[] | undefined;
    const isOfGrant = grantId !== undefined && exchangedFor === undefined;
    if (!isOfGrant && this.#endsWithClient([clientId, ...(exchangedFor ?? [])], token.issuedAt)) return true;
    if (grantId === undefined) return false;
    if (this.#at.gid.has(grantId)) return true;
    const clientRevokedAt = isOfGrant ? this.#at.client_id.get(clientId) : undefined;
    const revokedAt = Math.max(clientRevokedAt ?? -1, this.#at.sub.get(subject) ?? -1);
    return revokedAt >= 0 && grantCreatedAt(grantId, token.issuedAt) <= revokedAt;
  }

  /** A client's own token, and one that was exchanged for another client's, end when one of the clients is disabled. */
  #endsWithClient(clientIds: readonly string[], issuedAt: number): boolean {
    return clientIds.some((id) => issuedAt <= (this.#at.client_id.get(id) ?? -Infinity) + PROPAGATION);
  }

  /**
   * Removes entries that only expired tokens match.
   *
   * @param now s since 1970
   * @param accessTtl longest lifetime of an access token, s
   */
  prune(now: number, accessTtl: number): void {
    const before = now - accessTtl - TOLERANCE;
    for (const name of NAMES) {
      for (const [value, at] of this.#at[name]) if (at < before) this.#at[name].delete(value);
    }
  }
}

/** When the grant was created, s: the timestamp of its UUIDv7 (RFC 9562 §5.7), else the token's `iat` as the best estimate. */
function grantCreatedAt(grantId: string, issuedAt: number): number {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(grantId)) return issuedAt;
  const created = Number.parseInt(grantId.slice(0, 8) + grantId.slice(9, 13), 16) / 1000;
  // A foreign id that only looks like a UUIDv7 may contain any timestamp.
  return created <= issuedAt + 1 ? created : issuedAt;
}
