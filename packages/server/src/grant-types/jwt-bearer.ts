import { hash } from "node:crypto";
import type { JWTPayload } from "jose";
import { decodeProtectedHeader } from "jose";
import type { AssertionUse } from "../config/assertion-settings.ts";
import { sameResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { TOLERANCE } from "../issuers/verify-jwt.ts";
import { authTimeOf, keptClaims, notUnderstood, scopeOf } from "./assertions/claims.ts";
import { subjectOf } from "./assertions/subject.ts";
import { verifyAssertion } from "./assertions/verify-assertion.ts";
import type { VerifiedAssertion } from "./assertions/verify-assertion.ts";
import { refuseDetails } from "./authorization-details.ts";
import { grantType, parseScope, requestedResource, required } from "./grant-type.ts";
import { issueGrant } from "./issue-grant.ts";
import { scopeWithin } from "./scope.ts";
import { withScope } from "./token-response.ts";

/** Longest assertion, bytes. */
const MAX_ASSERTION = 16_384;

/**
 * An assertion of another issuer as a grant (RFC 7523 §2.1): a JWT about a user, or an identity assertion of an enterprise's
 * identity provider (ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant-04 §4.3). The client gets an access token, whose
 * grant lasts as long as it, and no refresh token: it asks its identity provider again. Each assertion is accepted once.
 *
 * @throws OAuthError `invalid_grant`, `invalid_scope`, `invalid_target`; `temporarily_unavailable` while the issuer's keys
 *   cannot be fetched
 */
export const jwtBearerGrant = grantType(
  (parameters) => {
    refuseDetails(parameters);
    return {
      assertion: required(parameters, "assertion", MAX_ASSERTION),
      requested: parseScope(parameters.get("scope")),
      named: parameters.get("resource"),
    };
  },
  async (deps, client, { assertion, requested, named }, { sender }) => {
    const use = useOf(assertion);
    const verified = await verifyAssertion(deps, client, assertion, use, refused);
    const { issuer, claims } = verified;
    const wrong = notUnderstood(claims, sender);
    if (wrong !== undefined) throw refused(wrong);
    const scope = scopeWithin(client, [scopeOf(claims), issuer.scopes], requested);
    const resource = requestedResource(deps, client, targetOf(claims, named));
    const subject = await subjectOf(deps, issuer, claims);
    await useOnce(deps, assertion, verified);
    const issued = await issueGrant(deps, client, {
      subject,
      scope,
      resource,
      authTime: authTimeOf(claims),
      claims: keptClaims(claims),
      maxTtl: client.accessTtl,
      refreshable: false,
      via: use === "id-jag" ? "id-jag" : "jwt-bearer",
      sender,
    });
    if (issued.outcome !== "created")
      throw new OAuthError("assertion_subject_refused", { detail: issued.outcome });
    return withScope(issued.response, scope, requested);
  },
);

/** What an assertion says it is; `verifyAssertion` holds it to that. */
function useOf(assertion: string): AssertionUse {
  try {
    const { typ = "" } = decodeProtectedHeader(assertion);
    return /^(application\/)?oauth-id-jag\+jwt$/i.test(typ) ? "id-jag" : "assertion";
  } catch {
    throw refused("form");
  }
}

/** The resource that the assertion is for, if it names one: the request may choose among several. */
function targetOf({ resource }: JWTPayload, named: string | undefined): string | undefined {
  if (resource === undefined) return named;
  const allowed: unknown[] = Array.isArray(resource) ? resource : [resource];
  const [only] = allowed;
  if (named === undefined && allowed.length === 1 && typeof only === "string") return only;
  const isAllowed = allowed.some(
    (one) => named !== undefined && typeof one === "string" && sameResource(one, named),
  );
  if (!isAllowed) throw new OAuthError("resource_mismatch");
  return named;
}

/** RFC 7523 §3: over all nodes, until it has expired. One without `jti` is told by all of it. */
async function useOnce(
  { store }: Pick<Deps, "store">,
  assertion: string,
  { issuer, claims }: VerifiedAssertion,
): Promise<void> {
  const id = claims.jti ?? assertion.slice(0, assertion.lastIndexOf("."));
  const digest = hash("sha256", `assertion ${issuer.issuer} ${id}`, "buffer");
  const left = Math.ceil(claims.exp - store.now() / 1000) + TOLERANCE;
  if (!(await store.usedTokens.use(digest, Math.max(left, 1)))) throw refused("used");
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("assertion_refused", { detail, cause });
}
