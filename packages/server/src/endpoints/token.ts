import { authenticateClient } from "../clients/authenticate.ts";
import type { Credentials } from "../clients/authenticate.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { authorizationCodeGrant } from "../grant-types/authorization-code.ts";
import { clientCredentialsGrant } from "../grant-types/client-credentials.ts";
import { deviceCodeGrant } from "../grant-types/device-code.ts";
import { passwordGrant } from "../grant-types/password.ts";
import { refreshTokenGrant } from "../grant-types/refresh-token.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { DEVICE_CODE } from "../store/store.ts";
import type { Client, GrantType } from "../store/store.ts";

/** What an endpoint is asked, free of HTTP. */
export interface EndpointRequest {
  /** Each parameter once, none empty (RFC 6749 §3.2). */
  parameters: ReadonlyMap<string, string>;
  credentials: Credentials;
  /** Of the program that asks; found out only when a limit needs it. */
  address: () => string;
}

type GrantTypeHandler = (
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
  address: () => string,
) => Promise<TokenResponse>;

const GRANT_TYPES: Record<GrantType, GrantTypeHandler> = {
  refresh_token: refreshTokenGrant,
  password: passwordGrant,
  client_credentials: clientCredentialsGrant,
  authorization_code: authorizationCodeGrant,
  [DEVICE_CODE]: deviceCodeGrant,
};

export function isGrantType(name: string): name is GrantType {
  return Object.hasOwn(GRANT_TYPES, name);
}

/**
 * The token endpoint (RFC 6749 §3.2).
 *
 * @throws OAuthError
 */
export async function token(deps: Deps, request: EndpointRequest): Promise<TokenResponse> {
  const { parameters, credentials, address } = request;
  const grantType = parameters.get("grant_type");
  if (grantType === undefined) throw new OAuthError("parameter_missing", { parameter: "grant_type" });
  if (!isGrantType(grantType)) throw new OAuthError("unsupported_grant_type");
  const client = await authenticateClient(deps, credentials, address);
  requireGrantType(client, grantType);
  return GRANT_TYPES[grantType](deps, client, parameters, address);
}

/** @throws OAuthError `unauthorized_client` */
export function requireGrantType(client: Client, grantType: GrantType): void {
  if (!client.grantTypes.includes(grantType)) throw new OAuthError("grant_type_not_allowed");
}
