import type { AuthMethod } from "../../client-settings/auth-methods.ts";
import { clientSecret } from "./client-secret.ts";
import type { AuthenticationMethod } from "./method.ts";
import { none } from "./none.ts";
import { privateKeyJwt } from "./private-key-jwt.ts";
import { selfSignedTlsClientAuth } from "./self-signed-tls-client-auth.ts";
import { tlsClientAuth } from "./tls-client-auth.ts";

const TABLE = {
  client_secret_basic: clientSecret,
  client_secret_post: clientSecret,
  private_key_jwt: privateKeyJwt,
  tls_client_auth: tlsClientAuth,
  self_signed_tls_client_auth: selfSignedTlsClientAuth,
  none,
} as const satisfies Record<AuthMethod, AuthenticationMethod>;

/** How each method of client authentication is checked, by its registered name. */
export const AUTHENTICATION_METHODS: ReadonlyMap<string, AuthenticationMethod> = new Map(
  Object.entries(TABLE),
);
