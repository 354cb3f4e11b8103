import type { Config } from "../../config/resolve-config.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import { PassportTokens } from "../../passport/tokens.ts";
import { openRefreshToken } from "../../tokens/refresh-token.ts";
import type { RefreshToken } from "../../tokens/refresh-token.ts";
import { AdminError, notFound } from "../admin-error.ts";

/** An opened refresh token of a client. */
export interface ParsedToken extends RefreshToken {
  /** The expiry of a token that Laravel Passport issued, ms. It applies until the session has moved here. */
  passportExpiresAt?: number;
}

/** What opens tokens: the MAC keys and, for Passport's tokens, its key. */
export interface TokenParts extends Pick<Config, "passportKey" | "passportUnknownTokens"> {
  keys: KeyRing;
}

/**
 * Opens a refresh token in Regrant's form or in Laravel Passport's.
 *
 * @throws AdminError `invalid`: the token is not genuine, or Passport's key is not configured. The error never
 *   contains the token
 */
export async function parseToken({ keys, passportKey }: TokenParts, token: string): Promise<ParsedToken> {
  if (!PassportTokens.hasForm(token)) return parseOwn(token, keys);
  if (passportKey === null) {
    throw new AdminError("invalid", "the refresh token has Laravel Passport's form", {
      hint: "REGRANT_PASSPORT_KEY opens it",
    });
  }
  const opened = await new PassportTokens(passportKey).open(token);
  if (opened === undefined) {
    throw new AdminError("invalid", "not a refresh token that Laravel Passport issued under this key", {
      hint: "it is truncated or changed, under another APP_KEY, or an authorization code",
    });
  }
  const { payload, expiresAt: passportExpiresAt, ...inner } = opened;
  if (payload.own !== null) return parseOwn(payload.own, keys);
  return { ...inner, passportExpiresAt };
}

function parseOwn(token: string, keys: KeyRing): RefreshToken {
  const opened = openRefreshToken(token, keys);
  if (opened !== undefined) return opened;
  throw new AdminError("invalid", "not a refresh token that this service accepts", {
    hint: "it is truncated or changed, another service's, or under a distrusted MAC key (npx regrant keys list)",
  });
}

/** What happens to a Passport token whose session was not imported. */
const UNKNOWN: Record<Config["passportUnknownTokens"], string> = {
  refuse:
    "presented now, it is refused: run npx regrant import passport, or set REGRANT_PASSPORT_UNKNOWN_TOKENS=ask",
  ask: "presented now, it is accepted if Passport's table has it active (REGRANT_PASSPORT_UNKNOWN_TOKENS=ask)",
  trust: "presented now, it is accepted (REGRANT_PASSPORT_UNKNOWN_TOKENS=trust)",
};

/**
 * Explains why nothing is known of a grant.
 *
 * @param token the token that named it; undefined: its id did
 */
export function unknownGrant(
  { passportUnknownTokens }: Pick<TokenParts, "passportUnknownTokens">,
  grantId: string,
  token: ParsedToken | undefined,
): AdminError {
  if (token === undefined) {
    const hint =
      "neither a row nor an event of it is left; grants are removed 7 days after they expired or were revoked";
    return notFound("grant", grantId, hint);
  }
  if (token.passportExpiresAt !== undefined) {
    const message = "Laravel Passport issued this token, and its session has not been imported";
    return new AdminError("not_found", message, { hint: UNKNOWN[passportUnknownTokens] });
  }
  const hint =
    "Regrant issued this token: after the backup that the store was restored from, or too long ago";
  return notFound("grant", grantId, hint);
}
