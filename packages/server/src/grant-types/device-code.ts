import type { Cause } from "../errors/causes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { RefusedDevice } from "../store/devices.ts";
import { grantBinding } from "../sender/sender.ts";
import { deviceCodeDigest, deviceGrantSecret, isDeviceCode } from "../tokens/device-code.ts";
import { grantSecretHash, newGrantId } from "../tokens/refresh-token.ts";
import { refuseDetails } from "./authorization-details.ts";
import { grantType, requestedResource, required } from "./grant-type.ts";
import { issueTokens, withScope } from "./token-response.ts";

/**
 * The device code grant (RFC 8628 §3.4). The device polls until the user has allowed or denied its request. Within
 * the client's retry window after the tokens were issued, the same request gets them again.
 *
 * @throws OAuthError `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_grant`,
 *   `invalid_target`, or `invalid_request` without a code
 */
export const deviceCodeGrant = grantType(
  (parameters) => {
    refuseDetails(parameters);
    return { code: required(parameters, "device_code"), named: parameters.get("resource") };
  },
  async (deps, client, { code, named }, { sender }) => {
    const resource = requestedResource(deps, client, named);
    if (!isDeviceCode(code)) throw new OAuthError("unknown_device_code");

    const secret = deviceGrantSecret(code);
    const secretHash = grantSecretHash(secret);
    const result = await deps.store.devices.poll({
      digest: deviceCodeDigest(code),
      clientId: client.id,
      resource,
      retryWindow: client.retryWindow,
      grant: {
        id: newGrantId(deps.store.now()),
        secretHash,
        maxTtl: client.refreshMaxTtl,
        binding: grantBinding(client, sender),
      },
    });
    if (!("grant" in result)) throw new OAuthError(REFUSALS[result.outcome]);

    const { grant, at, outcome } = result;
    const { scope } = grant;
    const tokens = {
      outcome: outcome === "redeemed" ? "issued" : "reissued",
      grant,
      secret,
      at,
      scope,
      sender,
    };
    const response = await issueTokens(deps, client, { ...tokens, issuedAt: grant.createdAt });
    return withScope(response, scope);
  },
);

const REFUSALS = {
  unknown_code: "unknown_device_code",
  client_mismatch: "device_code_client_mismatch",
  code_reused: "device_code_reused",
  code_spent: "device_code_spent",
  binding_mismatch: "device_code_binding_mismatch",
  denied: "device_denied",
  code_expired: "device_code_expired",
  authorization_pending: "authorization_pending",
  slow_down: "slow_down",
  resource_mismatch: "resource_mismatch",
  client_disabled: "device_code_client_disabled",
  account_disabled: "device_code_account_disabled",
} as const satisfies Record<RefusedDevice, Cause>;
