import { decodeJwt } from "jose";
import type { Store } from "../store/store.ts";
import type { IssuedTokens } from "../tokens/legacy-tokens.ts";
import { LaravelStatementError } from "./laravel-error.ts";
import { rollbackTokenId } from "./rollback.ts";
import type { IssuedRows, PassportRows } from "./rows.ts";
import type { PassportToken, PassportTokens } from "./tokens.ts";

/** Tokens to respond with, and the presented one if Passport can read it. */
type Issued = IssuedTokens & { presented: PassportToken | undefined };

interface Parts {
  tokens: Pick<PassportTokens, "seal">;
  rows: Pick<PassportRows, "write" | "endSpent">;
  events: Pick<Store["events"], "record">;
}

/** The event is recorded once in a grant's life, s. */
const ONCE = 10 * 366 * 86_400;

/** Makes refresh tokens that Passport can read too, and writes the rows that it needs. */
export class RollbackTokens {
  readonly #parts: Parts;
  /** Rows that are being written, by their content. The pool's queue bounds them. */
  readonly #writing = new Map<string, Promise<boolean>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Puts our refresh token into one that Passport can read too, and writes the rows of both tokens to Passport's tables.
   * They are there before the response is sent, so its client can go on with Passport; a retry makes the same token and
   * finds the rows there. Where they never fit those tables, it is our token alone: the session goes on here, and only
   * here.
   *
   * @throws OAuthError `temporarily_unavailable` where the rows could not be written: a retry repairs it
   */
  async issue(issued: Issued): Promise<string> {
    const { grant, refreshToken: own, refreshExpiresAt } = issued;
    const rows = rowsOf(issued);
    if (!(await this.#writeOnce(issued, rows))) return own;
    const { clientId, subject } = grant;
    return this.#parts.tokens.seal({
      clientId,
      tokenId: rows.refreshTokenId,
      accessTokenId: rows.accessTokenId,
      scopes: rows.scopes,
      subject,
      expiresAt: Math.floor(refreshExpiresAt / 1000),
      own,
    });
  }

  /** Retries that come at the same time have the same rows, and wait for one write. */
  #writeOnce(issued: Issued, rows: IssuedRows): Promise<boolean> {
    const key = JSON.stringify(rows);
    const running = this.#writing.get(key);
    if (running !== undefined) return running;
    const written = this.#write(issued, rows).finally(() => this.#writing.delete(key));
    this.#writing.set(key, written);
    return written;
  }

  /** @returns whether the rows fit Passport's tables; what is spent is revoked there in any case */
  async #write({ grant }: Issued, rows: IssuedRows): Promise<boolean> {
    try {
      await this.#parts.rows.write(rows);
      return true;
    } catch (error) {
      if (!(error instanceof LaravelStatementError)) throw error;
      await this.#parts.rows.endSpent(rows);
      const { id: grantId, clientId, subject } = grant;
      const event = { type: "grant.rollback_impossible", clientId, subject, grantId } as const;
      await this.#parts.events.record({ ...event, data: { code: error.code } }, { once: ONCE });
      return false;
    }
  }
}

function rowsOf({ grant, accessToken, refreshExpiresAt, presented }: Issued): IssuedRows {
  const { jti = "", iat = 0, exp = 0 } = decodeJwt(accessToken);
  const spent = presented?.payload;
  return {
    accessTokenId: jti,
    refreshTokenId: rollbackTokenId(grant.id, grant.generation),
    clientId: grant.clientId,
    subject: grant.subject,
    scopes: grant.scope === "" ? [] : grant.scope.split(" "),
    issuedAt: iat * 1000,
    accessExpiresAt: exp * 1000,
    refreshExpiresAt,
    spent: spent && { accessTokenId: spent.accessTokenId, refreshTokenId: spent.tokenId },
  };
}
