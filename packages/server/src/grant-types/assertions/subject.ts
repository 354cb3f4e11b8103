import type { JWTPayload } from "jose";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { isOfDomain } from "../../identity/of-domain.ts";
import type { AssertionIssuer } from "./verify-assertion.ts";

/**
 * The subject here of an assertion, as the issuer's `identifies` and `domains` say. Where it is an account, that is
 * enabled.
 *
 * @throws OAuthError `invalid_grant`
 */
export async function subjectOf(
  { store: { accounts } }: Pick<Deps, "store">,
  issuer: AssertionIssuer,
  claims: JWTPayload & { sub: string },
): Promise<string> {
  if (issuer.identifies !== "subject") {
    const username = usernameOf(issuer, claims);
    // Before the look-up: an issuer learns nothing of users that are not its own.
    if (username === undefined || !isOfDomain(issuer, username)) throw refused("domain");
    const account = await accounts.findByUsername(username);
    if (account === undefined) throw refused("no account");
    if (account.disabledAt !== null) throw refused("disabled");
    return account.subject;
  }
  // ID-JAG-04 §3: `aud_sub` is the subject as this service knows it.
  const { aud_sub: subject = claims.sub } = claims as { aud_sub?: unknown };
  if (typeof subject !== "string" || subject === "") throw refused("aud_sub");
  const account = await accounts.find(subject);
  if (!isOfDomain(issuer, account?.username)) throw refused("domain");
  if (account !== undefined && account.disabledAt !== null) throw refused("disabled");
  return subject;
}

function usernameOf({ identifies }: AssertionIssuer, claims: JWTPayload): string | undefined {
  if (identifies === "username") return claims.sub;
  const { email, email_verified: isVerified } = claims;
  return typeof email === "string" && isVerified !== false ? email : undefined;
}

function refused(detail: string): OAuthError {
  return new OAuthError("assertion_subject_refused", { detail });
}
