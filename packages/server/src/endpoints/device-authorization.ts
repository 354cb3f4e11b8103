import { authenticateClient } from "../clients/authenticate.ts";
import { network } from "../limits/network.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { requestedDetails } from "../grant-types/authorization-details.ts";
import { parseScope, requestedResource } from "../grant-types/grant-type.ts";
import { grantedScope } from "../grant-types/scope.ts";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { deviceCodeDigest, newDeviceCode } from "../tokens/device-code.ts";
import { formatUserCode, newUserCode, userCodeDigest } from "../tokens/user-code.ts";
import { PATHS } from "./metadata.ts";
import { requireGrantType } from "./token.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** RFC 8628 §3.2, in wire names; lifetimes in s. */
interface DeviceAuthorization {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

/** How many user codes are tried. There are 25.6 billion, so the first is almost always free. */
const ATTEMPTS = 5;

/**
 * The device authorization endpoint (RFC 8628 §3.1). It stores the request under the digests of both codes.
 *
 * @returns the response of RFC 8628 §3.2, in wire names
 * @throws OAuthError `invalid_client`, `unauthorized_client`, `invalid_scope`, `invalid_target`; `invalid_request`
 *   with 429 after too many requests of public clients from this address
 */
export async function deviceAuthorization(
  deps: Deps,
  request: EndpointRequest,
): Promise<DeviceAuthorization> {
  const { parameters, address } = request;
  const client = await authenticateClient(deps, request);
  requireGrantType(client, DEVICE_CODE);
  const scope = grantedScope(client, parseScope(parameters.get("scope")));
  const resource = requestedResource(deps, client, parameters.get("resource")) ?? null;
  const details = requestedDetails(deps, client, parameters);
  // A public client's id is no secret, and each request costs a row.
  if (client.public) await deps.throttles.deviceRequests.admit(network(address()));

  const { deviceCodeTtl: ttl, devicePollInterval: interval } = deps;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const deviceCode = newDeviceCode();
    const userCode = newUserCode();
    const outcome = await deps.store.devices.request({
      digest: deviceCodeDigest(deviceCode),
      userCode: userCodeDigest(userCode, deps.keys.masterKeys[0]),
      clientId: client.id,
      scope,
      resource,
      claims: details === undefined ? null : { authorization_details: details },
      ttl,
      interval,
    });
    if (outcome === "client_disabled") throw new OAuthError(outcome);
    // Any other outcome is a user code that is in use: try the next.
    if (outcome === "requested") return response(deps, deviceCode, formatUserCode(userCode));
  }
  throw new Error(`no free user code in ${ATTEMPTS} attempts`);
}

function response(
  { issuer, deviceCodeTtl, devicePollInterval }: Deps,
  deviceCode: string,
  userCode: string,
): DeviceAuthorization {
  const page = issuer + PATHS.device;
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${userCode}`,
    expires_in: deviceCodeTtl,
    interval: devicePollInterval,
  };
}
