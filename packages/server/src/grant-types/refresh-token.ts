import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors.ts";
import type { ErrorReason } from "../errors.ts";
import type { Client, RefusedOutcome } from "../store/store.ts";
import { grantSecretHash, openRefreshToken } from "../tokens/refresh-token.ts";
import { foreignResource, requestedResource } from "./resource.ts";
import { invalidScope, parseScope } from "./scope.ts";
import { answerWithGrant } from "./token-answer.ts";
import type { TokenAnswer } from "./token-answer.ts";

/**
 * The refresh (RFC 6749 §6): the presented token is opened, its grant's row rotated in one step, and the head's
 * tokens are answered, to the first request and to every honest retry alike.
 *
 * @throws OAuthError `invalid_grant` with its reason, `invalid_scope`, `invalid_target`, or `invalid_request` without a token
 */
export async function refreshTokenGrant(
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
): Promise<TokenAnswer> {
  const presented = parameters.get("refresh_token");
  if (presented === undefined) {
    const description = "The refresh_token parameter is missing.";
    throw new OAuthError("invalid_request", { description, detail: "refresh_token_missing" });
  }
  const asked = parameters.has("scope") ? parseScope(parameters.get("scope")) : undefined;
  const resource = parameters.has("resource") ? requestedResource(deps, client, parameters) : undefined;
  const token = openRefreshToken(presented, deps.keys);
  if (token === undefined) throw refusal("forged");

  const result = await deps.store.grants.rotate({
    grantId: token.grantId,
    generation: token.generation,
    secretHash: grantSecretHash(token.secret),
    clientId: client.id,
    scope: asked,
    resource,
    policy: client,
    grantsRevokedAt: client.grantsRevokedAt,
  });
  if (!("grant" in result)) throw refusal(result.outcome);

  const { outcome, at, grant } = result;
  // A rotation and its retries are issued at the rotation's instant; where the head was made long ago, now.
  const issuedAt = outcome === "extended" || outcome === "replayed_late" ? at : grant.rotatedAt;
  const scope = asked?.join(" ") ?? grant.scope;
  return answerWithGrant(deps, client, { outcome, grant, secret: token.secret, at, issuedAt, scope });
}

/** What the holder of a refused token may know; the cause itself goes to log, metric and event. */
const REASONS: Record<Exclude<RefusedOutcome, "wider" | "foreign_resource"> | "forged", ErrorReason> = {
  forged: "invalid",
  unknown: "invalid",
  foreign_client: "invalid",
  ahead: "invalid",
  revoked: "revoked",
  expired: "expired",
  exhausted: "expired",
  reused: "reused",
  shadowed: "reused",
};

const DESCRIPTIONS: Record<ErrorReason, string> = {
  invalid: "The refresh token is invalid.",
  revoked: "The refresh token has been revoked.",
  expired: "The refresh token has expired.",
  reused: "The refresh token has already been used.",
};

function refusal(outcome: RefusedOutcome | "forged"): OAuthError {
  if (outcome === "wider") return invalidScope(outcome);
  if (outcome === "foreign_resource") return foreignResource();
  const reason = REASONS[outcome];
  return new OAuthError("invalid_grant", { description: DESCRIPTIONS[reason], detail: outcome, reason });
}
