import { isScopeToken } from "../config/values.ts";
import { orUnavailable } from "../identity/password-queue.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { clientKey } from "../limits/client-failures.ts";
import type { Throttle } from "../limits/throttle.ts";
import type { Client, PresentedToken, RotationResult, Store } from "../store/store.ts";
import type { IssuedTokens, LegacyTokens } from "../tokens/legacy-tokens.ts";
import { grantSecretHash, openRefreshToken } from "../tokens/refresh-token.ts";
import type { Passport } from "./migration.ts";
import type { PassportPayload } from "./payload.ts";
import { RollbackTokens } from "./rollback-tokens.ts";
import { PassportTokens } from "./tokens.ts";
import type { PassportToken } from "./tokens.ts";

interface Parts {
  passport: Passport;
  store: Pick<Store, "grants" | "events" | "now">;
  keys: Pick<KeyRing, "verifyMac">;
  /** Tokens that did not open, by `clientKey`. */
  throttle: Throttle;
}

/** Laravel Passport's refresh tokens as the port of legacy tokens. */
export class PassportLegacyTokens implements LegacyTokens {
  readonly #parts: Parts;
  /** null: no rollback is configured. */
  readonly #rollback: { until: number; tokens: RollbackTokens } | null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { tokens, rollback } = parts.passport;
    const { events } = parts.store;
    this.#rollback = rollback && {
      until: rollback.until,
      tokens: new RollbackTokens({ tokens, rows: rollback.rows, events }),
    };
  }

  /**
   * Opens a token of Passport's form. Tokens that do not open may cost a PBKDF2 each. Those are counted for the client
   * and the address, and after too many no more are derived for them; tokens that cost none are opened all the same.
   *
   * @returns undefined: not a refresh token of Passport's, nor one that a rollback wrapped
   * @throws OAuthError `invalid_request` with 429; `temporarily_unavailable` while too many wait
   */
  async open(client: Client, presented: string, address: () => string): Promise<PassportToken | undefined> {
    const { passport, throttle } = this.#parts;
    if (!PassportTokens.hasForm(presented)) return undefined;
    const remembered = passport.tokens.remembered(presented);
    if (remembered !== undefined) return orUnavailable(remembered);
    let derivedFor: string | undefined;
    const opening = passport.tokens.open(presented, () => {
      derivedFor = clientKey(client.id, address());
      throttle.check(derivedFor);
    });
    const token = await orUnavailable(opening);
    if (token === undefined && derivedFor !== undefined) await throttle.count(derivedFor);
    return token === undefined || token.migrates ? token : this.#openOwn(token.payload);
  }

  /** During a rollback Passport's form is an envelope of our own token: the grant's rules alone hold. */
  #openOwn(payload: PassportPayload): PassportToken | undefined {
    const token = openRefreshToken(payload.own ?? "", this.#parts.keys);
    return token && { ...token, migrates: false, expiresAt: payload.expiresAt * 1000, payload };
  }

  /** A retry of a migration in the token's last second is answered, since the session has moved by then. */
  async #isExpired({ expiresAt, migrates, grantId }: PassportToken): Promise<boolean> {
    const { store } = this.#parts;
    if (!migrates || store.now() < expiresAt) return false;
    const grant = await store.grants.find(grantId);
    return grant === undefined || grant.generation === 0;
  }

  async rotate(client: Client, token: PassportToken, presented: PresentedToken): Promise<RotationResult> {
    const { store } = this.#parts;
    const at = store.now();
    const { clientId } = token.payload;
    if (clientId !== client.id) {
      const event = { type: "grant.client_mismatch", clientId, grantId: token.grantId } as const;
      await store.events.record({ ...event, data: { presented_by: client.id } }, { once: 60 });
      return { outcome: "client_mismatch", at };
    }
    if (await this.#isExpired(token)) return { outcome: "expired", at };
    const result = await store.grants.rotate(presented);
    if (result.outcome !== "unknown" || !token.migrates) return result;
    return (await this.#adopt(client, token)) ? store.grants.rotate(presented) : result;
  }

  /**
   * Adopts a session that no import knew. Whether its token was revoked only Passport's tables know: they are asked, or
   * the token is trusted, as the configuration says; never where the client's grants were revoked meanwhile.
   *
   * @returns whether the grant exists now
   */
  async #adopt(client: Client, { grantId: id, secret, payload }: PassportToken): Promise<boolean> {
    const { store } = this.#parts;
    const { clientId, subject, scopes } = payload;
    if (client.grantsRevokedAt !== null || subject === null || !scopes.every(isScopeToken)) return false;
    if (!(await this.#isBelieved(payload.tokenId))) return false;
    const scope = scopes.join(" ");
    const session = { id, clientId, subject, scope, secretHash: grantSecretHash(secret) };
    if ((await store.grants.adopt([{ ...session, maxTtl: client.refreshMaxTtl }])) > 0) {
      const event = { type: "grant.created", clientId, subject, grantId: id } as const;
      await store.events.record({ ...event, data: { via: "passport", scope } });
    }
    return true;
  }

  /** @throws OAuthError `temporarily_unavailable` where Passport's tables cannot be read: a retry repairs it */
  async #isBelieved(tokenId: string): Promise<boolean> {
    const { unknownTokens, rows } = this.#parts.passport;
    return unknownTokens === "ask" && rows !== null ? rows.isLive(tokenId) : unknownTokens === "trust";
  }

  async wrap(
    client: Client,
    issued: IssuedTokens & { presented: PassportToken | undefined },
  ): Promise<string> {
    const rollback = this.#rollback;
    const isOpen = rollback !== null && issued.at < rollback.until && client.profile === "passport";
    return isOpen ? rollback.tokens.issue(issued) : issued.refreshToken;
  }
}
