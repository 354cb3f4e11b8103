import { decodeJwt } from "jose";
import { OAuthError } from "../errors/oauth-error.ts";
import type { PassportPayload } from "../passport/payload.ts";
import type { PassportTokens } from "../passport/tokens.ts";
import { returnTokenId } from "../passport/rollback.ts";
import type { Rollback } from "../passport/rollback.ts";
import type { Grant } from "../store/store.ts";

interface PageResult {
  grant: Grant;
  accessToken: string;
  /** Ours. */
  refreshToken: string;
  /** ms */
  refreshExpiresAt: number;
  /** What the presented token said, if it was one that Passport can read. */
  presented: PassportPayload | undefined;
}

/**
 * Puts our refresh token into one that Passport can read as well, and writes the rows of the answer's tokens to
 * Passport's tables. They are there before the answer is given, so whoever holds a token can go on with Passport; a
 * retry makes the same token and finds the rows there.
 *
 * @returns the refresh token to answer with
 * @throws OAuthError `temporarily_unavailable` where the rows could not be written: a retry repairs it
 */
export async function issueRollbackToken(
  tokens: PassportTokens,
  { rows }: Rollback,
  { grant, accessToken, refreshToken, refreshExpiresAt, presented }: PageResult,
): Promise<string> {
  const { jti = "", iat = 0, exp = 0 } = decodeJwt(accessToken);
  const payload: PassportPayload = {
    clientId: grant.clientId,
    tokenId: returnTokenId(grant.id, grant.generation),
    accessTokenId: jti,
    scopes: grant.scope === "" ? [] : grant.scope.split(" "),
    subject: grant.subject,
    expiresAt: Math.floor(refreshExpiresAt / 1000),
    own: refreshToken,
  };
  try {
    await rows.write({
      accessTokenId: jti,
      refreshTokenId: payload.tokenId,
      clientId: grant.clientId,
      subject: grant.subject,
      scopes: payload.scopes,
      issuedAt: iat * 1000,
      accessExpiresAt: exp * 1000,
      refreshExpiresAt,
      spent: presented && { accessTokenId: presented.accessTokenId, refreshTokenId: presented.tokenId },
    });
  } catch (cause) {
    throw new OAuthError("passport_rows_not_written", { cause });
  }
  return tokens.seal(payload);
}
