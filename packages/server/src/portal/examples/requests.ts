import { PATHS } from "../../endpoints/metadata.ts";
import { GRANT_REQUESTS } from "../../openapi/grant-requests.ts";
import { DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE } from "../../client-settings/grant-types.ts";
import type { GrantType } from "../../store/store.ts";
import type { AuthorizationStart, FormRequest, Value } from "./example.ts";

/** Of whom and where an example is. */
export interface ExampleValues {
  issuer: string;
  /** The reader's client id, printable ASCII; undefined: a variable has it. */
  clientId: string | undefined;
}

/** What the program of a grant type is named after. */
const NAMES: Readonly<Record<GrantType, string>> = {
  refresh_token: "refresh",
  authorization_code: "code",
  client_credentials: "client_credentials",
  password: "password",
  [DEVICE_CODE]: "device_code",
  [TOKEN_EXCHANGE]: "token_exchange",
  [JWT_BEARER]: "jwt_bearer",
};

/** A parameter with the variable of its own name: `refresh_token` and `REFRESH_TOKEN`. */
function variable(name: string): [name: string, value: Value] {
  // zsh, Windows and desktops of Linux set `USERNAME` themselves: to the user of the computer.
  return [name, { variable: name === "username" ? "USER_NAME" : name.toUpperCase() }];
}

function clientIdOf({ clientId }: ExampleValues): Value {
  return clientId === undefined ? { variable: "CLIENT_ID" } : { text: clientId };
}

/** The token request of a grant type, with the parameters of its example in the OpenAPI document. */
export function tokenRequest(
  grantType: GrantType,
  values: ExampleValues,
  { isPublic = false }: { isPublic?: boolean } = {},
): FormRequest {
  return {
    name: NAMES[grantType],
    endpoint: values.issuer + PATHS.token,
    parameters: [
      ["grant_type", { text: grantType }],
      ...credentials(values, isPublic),
      ...Object.keys(GRANT_REQUESTS[grantType].example).map(variable),
    ],
  };
}

/** The revocation (RFC 7009 §2.1) or introspection (RFC 7662 §2.1) of the token in `TOKEN`, by a confidential client. */
export function managementRequest(name: "revoke" | "introspect", values: ExampleValues): FormRequest {
  return {
    name,
    endpoint: values.issuer + PATHS[name],
    parameters: [...credentials(values, false), variable("token")],
  };
}

/** The request for a device's codes (RFC 8628 §3.1). */
export function deviceRequest(values: ExampleValues): FormRequest {
  return {
    name: "device",
    endpoint: values.issuer + PATHS.deviceAuthorization,
    parameters: credentials(values, false),
  };
}

/** The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export function authorizationStart(values: ExampleValues): AuthorizationStart {
  return {
    authorizationEndpoint: values.issuer + PATHS.authorize,
    clientId: clientIdOf(values),
    redirectUri: { variable: "REDIRECT_URI" },
  };
}

function credentials(values: ExampleValues, isPublic: boolean): [name: string, value: Value][] {
  return [["client_id", clientIdOf(values)], ...(isPublic ? [] : [variable("client_secret")])];
}
