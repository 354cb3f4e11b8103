import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors.ts";
import type { OAuthErrorCode } from "../errors.ts";
import type { RefusedDevice } from "../store/devices.ts";
import type { Client } from "../store/store.ts";
import { deviceCodeDigest, deviceGrantSecret, isDeviceCode } from "../tokens/device-code.ts";
import { grantSecretHash, newGrantId } from "../tokens/refresh-token.ts";
import { resourceMismatch, requestedResource } from "./resource.ts";
import { issueTokens } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/**
 * The device code (RFC 8628 §3.4): a device asks until somebody has allowed or denied its request. Within the client's
 * retry window after the tokens were given, the same request gets them again.
 *
 * @throws OAuthError `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_grant`,
 *   `invalid_target`, or `invalid_request` without a code
 */
export async function deviceCodeGrant(
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
): Promise<TokenResponse> {
  const code = parameters.get("device_code");
  if (code === undefined) {
    const description = "The device_code parameter is missing.";
    throw new OAuthError("invalid_request", { description, detail: "device_code_missing" });
  }
  const resource = requestedResource(deps, client, parameters);
  if (!isDeviceCode(code)) throw refusal("unknown_code");

  const secret = deviceGrantSecret(code);
  const secretHash = grantSecretHash(secret);
  const result = await deps.store.devices.poll({
    digest: deviceCodeDigest(code),
    clientId: client.id,
    resource,
    retryWindow: client.retryWindow,
    grant: { id: newGrantId(deps.store.now()), secretHash, maxTtl: client.refreshMaxTtl },
  });
  if (!("grant" in result)) throw refusal(result.outcome);

  const { grant, at, outcome } = result;
  const { scope } = grant;
  const tokens = { outcome: outcome === "redeemed" ? "issued" : "reissued", grant, secret, at, scope };
  const answer = await issueTokens(deps, client, { ...tokens, issuedAt: grant.createdAt });
  // The token request does not repeat the scope, so it is told what was granted (RFC 6749 §5.1).
  return scope === "" ? answer : { ...answer, scope };
}

/** RFC 8628 §3.5 */
const REFUSALS: Record<
  "denied" | "code_expired" | "authorization_pending" | "slow_down",
  [OAuthErrorCode, string]
> = {
  denied: ["access_denied", "The request was denied."],
  code_expired: ["expired_token", "The device code has expired. Start anew."],
  authorization_pending: ["authorization_pending", "Nobody has answered the request yet. Ask again."],
  slow_down: ["slow_down", "Too soon. Wait 5 s longer from now on."],
};

function refusal(outcome: RefusedDevice): OAuthError {
  if (outcome === "resource_mismatch") return resourceMismatch();
  if (!(outcome in REFUSALS)) {
    const description = "The device code is invalid, used, or was issued to another client.";
    return new OAuthError("invalid_grant", { description, detail: outcome });
  }
  const [code, description] = REFUSALS[outcome as keyof typeof REFUSALS];
  return new OAuthError(code, { description, detail: outcome, status: 400 });
}
