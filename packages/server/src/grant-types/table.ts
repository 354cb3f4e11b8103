import { DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE } from "../client-settings/grant-types.ts";
import type { GrantType } from "../store/store.ts";
import { authorizationCodeGrant } from "./authorization-code.ts";
import { clientCredentialsGrant } from "./client-credentials.ts";
import { deviceCodeGrant } from "./device-code.ts";
import type { GrantTypeHandler } from "./grant-type.ts";
import { jwtBearerGrant } from "./jwt-bearer.ts";
import { passwordGrant } from "./password.ts";
import { refreshTokenGrant } from "./refresh-token.ts";
import { tokenExchangeGrant } from "./token-exchange.ts";

const HANDLERS: Readonly<Record<GrantType, GrantTypeHandler>> = {
  refresh_token: refreshTokenGrant,
  password: passwordGrant,
  client_credentials: clientCredentialsGrant,
  authorization_code: authorizationCodeGrant,
  [DEVICE_CODE]: deviceCodeGrant,
  [TOKEN_EXCHANGE]: tokenExchangeGrant,
  [JWT_BEARER]: jwtBearerGrant,
};

/** The handler of each grant type, by its name on the wire. */
export const GRANT_TYPE_HANDLERS: ReadonlyMap<string, GrantTypeHandler> = new Map(Object.entries(HANDLERS));
