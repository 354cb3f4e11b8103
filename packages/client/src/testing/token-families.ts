/** A token family: a login and all refresh tokens that descend from it (RFC 9700 §4.14.2: reuse revokes them all). */
export interface TokenFamily {
  /** A random id. */
  readonly id: string;
  /** Whether its tokens are still accepted; false: revoked, because a token was reused. */
  readonly active: boolean;
  /** How often its refresh token was rotated. */
  readonly generation: number;
}

/** A token response (RFC 6749 §5.1). */
export interface IssuedTokens {
  /** Always `Bearer`. */
  readonly token_type: "Bearer";
  /** Random, prefixed with `access-`. */
  readonly access_token: string;
  /** Lifetime of the access token that is left, s. */
  readonly expires_in: number;
  /** Missing if the server does not rotate. */
  readonly refresh_token?: string;
  /** Always `read`. */
  readonly scope: string;
}

/** What a refresh did. `retried`: the current tokens again; `not_rotated`: the refresh token stays valid. */
export type RefreshDecision =
  | { readonly outcome: "rotated" | "retried" | "not_rotated"; readonly response: IssuedTokens }
  | { readonly outcome: "unknown" | "revoked" | "reused" };

interface MutableFamily extends TokenFamily {
  active: boolean;
  generation: number;
  refreshToken: string;
  accessToken: string;
}

interface IssuedRefreshToken {
  readonly family: MutableFamily;
  readonly generation: number;
  /** ms; undefined: not spent yet. */
  spentAt: number | undefined;
}

export interface RotationRules {
  /** false: a refresh token stays valid, and the response to a refresh has none. */
  readonly rotates: boolean;
  /** How long a spent token gets its successor again, unless that is spent too, s; 0: never, reuse revokes the family. */
  readonly retryWindow: number;
  /** s */
  readonly accessTtl: number;
  /** ms */
  readonly now: () => number;
}

/** The state of an authorization server that rotates refresh tokens. */
export class TokenFamilies {
  readonly all: MutableFamily[] = [];
  readonly #rules: RotationRules;
  readonly #refreshTokens = new Map<string, IssuedRefreshToken>();
  /** When each access token expires, ms. */
  readonly #accessTokens = new Map<string, number>();

  constructor(rules: RotationRules) {
    this.#rules = rules;
  }

  login(): IssuedTokens {
    const family = {
      id: crypto.randomUUID(),
      active: true,
      generation: -1,
      refreshToken: "",
      accessToken: "",
    };
    this.all.push(family);
    return this.#rotate(family);
  }

  find(refreshToken: string): { family: string; generation: number } | undefined {
    const issued = this.#refreshTokens.get(refreshToken);
    return issued && { family: issued.family.id, generation: issued.generation };
  }

  refresh(refreshToken: string): RefreshDecision {
    const issued = this.#refreshTokens.get(refreshToken);
    if (issued === undefined) return { outcome: "unknown" };
    const { family, spentAt } = issued;
    if (!family.active) return { outcome: "revoked" };
    const now = this.#rules.now();
    if (!this.#rules.rotates) return { outcome: "not_rotated", response: this.#refreshAccess(family) };
    if (spentAt === undefined) {
      issued.spentAt = now;
      return { outcome: "rotated", response: this.#rotate(family) };
    }
    const isPredecessor = issued.generation === family.generation - 1;
    if (isPredecessor && now - spentAt < this.#rules.retryWindow * 1000) {
      const response = { ...this.#response(family), refresh_token: family.refreshToken };
      return { outcome: "retried", response };
    }
    family.active = false;
    return { outcome: "reused" };
  }

  /** Whether an API accepts this access token. */
  accepts(accessToken: string): boolean {
    return this.#rules.now() < (this.#accessTokens.get(accessToken) ?? -Infinity);
  }

  /** Makes the API reject every access token issued so far. */
  expireAccessTokens(): void {
    this.#accessTokens.clear();
  }

  #rotate(family: MutableFamily): IssuedTokens {
    family.generation += 1;
    family.refreshToken = `refresh-${crypto.randomUUID()}`;
    const { generation, refreshToken } = family;
    this.#refreshTokens.set(refreshToken, { family, generation, spentAt: undefined });
    return { ...this.#refreshAccess(family), refresh_token: refreshToken };
  }

  #refreshAccess(family: MutableFamily): IssuedTokens {
    family.accessToken = `access-${crypto.randomUUID()}`;
    this.#accessTokens.set(family.accessToken, this.#rules.now() + this.#rules.accessTtl * 1000);
    return this.#response(family);
  }

  #response(family: MutableFamily): IssuedTokens {
    const expiresAt = this.#accessTokens.get(family.accessToken) ?? 0;
    return {
      token_type: "Bearer",
      access_token: family.accessToken,
      expires_in: Math.max(0, Math.floor((expiresAt - this.#rules.now()) / 1000)),
      scope: "read",
    };
  }
}
