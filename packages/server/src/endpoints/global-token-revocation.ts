import { hash } from "node:crypto";
import { revokeAllGrants } from "../admin/grants/revoke-grants.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { isOfDomain } from "../identity/of-domain.ts";
import { network } from "../limits/network.ts";
import { LONGEST_ACCEPTED, refused, verifyRevocationToken } from "../signals/revocation-token.ts";
import type { RevocationIssuer, RevocationToken } from "../signals/revocation-token.ts";
import { readSubjectIdentifier } from "../signals/subject-identifier.ts";
import type { SubjectIdentifier } from "../signals/subject-identifier.ts";
import { SIGNAL_PATHS } from "../signals/signal-paths.ts";

/** A request as it was sent. */
export interface GlobalRevocationRequest {
  /** The bearer token. */
  token: string | undefined;
  /** Reads the JSON of the body; only for a caller that is authenticated. */
  body: () => Promise<unknown>;
  address: () => string;
}

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation): an issuer that the operator configured ends all
 * grants and sign-ins of a subject, who has to sign in again. What was revoked is complete when it returns.
 *
 * @throws OAuthError 401 for the token; 400 for the body; 403 and 404 for the subject, as the draft says; 429 after too
 *   many refused tokens from one network
 */
export async function globalTokenRevocation(deps: Deps, request: GlobalRevocationRequest): Promise<void> {
  const token = await authenticate(deps, request);
  const identifier = readSubjectIdentifier(await request.body());
  if (identifier === undefined) throw new OAuthError("subject_identifier_malformed");
  const subject = await subjectOf(deps, token.issuer, identifier);
  const digest = hash("sha256", `revocation token ${token.issuer.issuer} ${token.jti}`, "buffer");
  if (!(await deps.store.usedTokens.use(digest, LONGEST_ACCEPTED))) throw refused("used");
  await revokeAllGrants(deps, { subject }, `issuer:${token.issuer.issuer}`);
}

/** Failures alone are counted, by network: each costs a signature, or a fetch of keys. */
async function authenticate(
  deps: Deps,
  { token, address }: GlobalRevocationRequest,
): Promise<RevocationToken> {
  const { revocationIssuers: issuers, issuer, throttles } = deps;
  const from = network(address());
  throttles.revocationTokens.check(from);
  try {
    if (token === undefined) throw refused("missing");
    const audience = issuer + SIGNAL_PATHS.globalTokenRevocation;
    return await verifyRevocationToken(token, { issuers, audience, now: deps.store.now() });
  } catch (error) {
    if (error instanceof OAuthError) await throttles.revocationTokens.count(from);
    throw error;
  }
}

/** The subject here of an issuer's identifier. */
async function subjectOf(
  deps: Deps,
  issuer: RevocationIssuer,
  identifier: SubjectIdentifier,
): Promise<string> {
  const named = nameOf(deps.issuer, issuer, identifier);
  const { accounts, grants } = deps.store;
  if ("username" in named) {
    // Before the look-up: an issuer learns nothing of users that are not its own.
    if (!isOfDomain(issuer, named.username)) throw new OAuthError("subject_of_other_issuer");
    const account = await accounts.findByUsername(named.username);
    if (account === undefined) throw new OAuthError("subject_not_found");
    return account.subject;
  }
  const account = await accounts.find(named.subject);
  if (!isOfDomain(issuer, account?.username)) throw new OAuthError("subject_of_other_issuer");
  const [grant] = account === undefined ? await grants.list({ subject: named.subject }, { limit: 1 }) : [];
  if (account === undefined && grant === undefined) throw new OAuthError("subject_not_found");
  return named.subject;
}

function nameOf(
  own: string,
  { issuer, identifies }: RevocationIssuer,
  identifier: SubjectIdentifier,
): { subject: string } | { username: string } {
  if (identifier.format === "email") return { username: identifier.email };
  if (identifier.format === "iss_sub" && identifier.iss === own) return { subject: identifier.sub };
  if (identifier.format === "iss_sub" && identifier.iss !== issuer)
    throw new OAuthError("subject_of_other_issuer");
  const name = identifier.format === "opaque" ? identifier.id : identifier.sub;
  return identifies === "username" ? { username: name } : { subject: name };
}
