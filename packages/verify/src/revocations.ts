import type { AccessToken } from "./access-token.ts";

/** An entry of the feed; `at` in s, with fractions. */
export type Revocation = { at: number } & (
  | { gid: string }
  | { jti: string }
  /** The subject's grants that were made until then. */
  | { sub: string }
  /** The client's grants that were made until then, and its own tokens. */
  | { client_id: string }
  /** What the key signed. */
  | { kid: string }
);

const NAMES = ["gid", "jti", "sub", "client_id", "kid"] as const;
type Name = (typeof NAMES)[number];

/** A node of the authorization server may issue to a client for a moment after another has disabled it, s. */
const NOTICE = 2;
/** Tokens are taken so long after their end at most, s. */
const TOLERANCE = 60;

/** What was revoked and may still be presented. */
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

  /** @param kid of the key that signed the token */
  covers(token: AccessToken, kid: string | undefined): boolean {
    const { grantId, id, subject, clientId } = token;
    if (this.#at.jti.has(id) || (kid !== undefined && this.#at.kid.has(kid))) return true;
    const clientEnd = this.#at.client_id.get(clientId);
    if (grantId === undefined) return clientEnd !== undefined && token.issuedAt <= clientEnd + NOTICE;
    if (this.#at.gid.has(grantId)) return true;
    const end = Math.max(clientEnd ?? -1, this.#at.sub.get(subject) ?? -1);
    return end >= 0 && grantMadeAt(grantId, token.issuedAt) <= end;
  }

  /** Forgets what no living token can meet: revoked more than `longestTtl` s before `now`, s. */
  forget(now: number, longestTtl: number): void {
    const before = now - longestTtl - TOLERANCE;
    for (const name of NAMES) {
      for (const [value, at] of this.#at[name]) if (at < before) this.#at[name].delete(value);
    }
  }
}

/** s: what the grant's id tells, a UUIDv7 (RFC 9562 §5.7); else the token's own instant is the best guess. */
function grantMadeAt(grantId: string, issuedAt: number): number {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(grantId)) return issuedAt;
  const made = Number.parseInt(grantId.slice(0, 8) + grantId.slice(9, 13), 16) / 1000;
  // An id from elsewhere that only looks like one may say anything.
  return made <= issuedAt + 1 ? made : issuedAt;
}
