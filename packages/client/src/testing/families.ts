/** One login and all refresh tokens that came of it (RFC 9700 §4.14.2: reuse of a spent one ends them all). */
export interface Family {
  readonly id: string;
  readonly alive: boolean;
  /** How often its refresh token was rotated. */
  readonly generation: number;
}

/** A token answer (RFC 6749 §5.1), as it goes over the wire. */
export interface IssuedTokens {
  readonly token_type: "Bearer";
  readonly access_token: string;
  readonly expires_in: number;
  /** Missing where the server keeps to the old one. */
  readonly refresh_token?: string;
  readonly scope: string;
}

export type Decision =
  | { readonly outcome: "rotated" | "replayed" | "kept"; readonly answer: IssuedTokens }
  | { readonly outcome: "unknown" | "ended" | "reused" };

interface MutableFamily extends Family {
  alive: boolean;
  generation: number;
  refreshToken: string;
  accessToken: string;
}

interface Issued {
  readonly family: MutableFamily;
  readonly generation: number;
  /** ms; undefined: it was not spent yet. */
  spentAt: number | undefined;
}

export interface FamilyRules {
  /** Otherwise a refresh token stays good, and a refresh answers without one. */
  readonly rotates: boolean;
  /** For how long a spent token gets its successor again, unless that is spent too, s; 0: never, it ends the family. */
  readonly retryWindow: number;
  /** s */
  readonly accessTtl: number;
  /** ms */
  readonly now: () => number;
}

/** What an authorization server keeps when it rotates refresh tokens. */
export class Families {
  readonly all: MutableFamily[] = [];
  readonly #rules: FamilyRules;
  readonly #refreshTokens = new Map<string, Issued>();
  /** When each access token is over, ms. */
  readonly #accessTokens = new Map<string, number>();

  constructor(rules: FamilyRules) {
    this.#rules = rules;
  }

  login(): IssuedTokens {
    const family = {
      id: crypto.randomUUID(),
      alive: true,
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

  spend(refreshToken: string): Decision {
    const issued = this.#refreshTokens.get(refreshToken);
    if (issued === undefined) return { outcome: "unknown" };
    const { family, spentAt } = issued;
    if (!family.alive) return { outcome: "ended" };
    const now = this.#rules.now();
    if (!this.#rules.rotates) return { outcome: "kept", answer: this.#refreshAccess(family) };
    if (spentAt === undefined) {
      issued.spentAt = now;
      return { outcome: "rotated", answer: this.#rotate(family) };
    }
    const isPredecessor = issued.generation === family.generation - 1;
    if (isPredecessor && now - spentAt < this.#rules.retryWindow * 1000) {
      return { outcome: "replayed", answer: { ...this.#answer(family), refresh_token: family.refreshToken } };
    }
    family.alive = false;
    return { outcome: "reused" };
  }

  /** Whether an API would take this access token. */
  accepts(accessToken: string): boolean {
    return this.#rules.now() < (this.#accessTokens.get(accessToken) ?? -Infinity);
  }

  /** No API takes any access token made so far. */
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
    return this.#answer(family);
  }

  #answer(family: MutableFamily): IssuedTokens {
    const expiresAt = this.#accessTokens.get(family.accessToken) ?? 0;
    return {
      token_type: "Bearer",
      access_token: family.accessToken,
      expires_in: Math.max(0, Math.floor((expiresAt - this.#rules.now()) / 1000)),
      scope: "read",
    };
  }
}
