import { credentialOf } from "../client-settings/auth-methods.ts";
import {
  holdsSecretKey,
  isSigningKey,
  jwksFault,
  NO_SIGNING_KEY,
  PUBLIC_ONLY,
} from "../client-settings/jwks.ts";
import type { PublicJwks } from "../client-settings/jwks.ts";
import { HTTPS_URL } from "../client-settings/setting.ts";
import type { ClientSettings } from "../client-settings/settings.ts";
import { invalidMetadata, listOf, textOf } from "./negotiate-metadata.ts";
import type { AuthMethod, Members, MetadataRules } from "./negotiate-metadata.ts";

type Authentication = Pick<ClientSettings, "tokenEndpointAuthMethod" | "jwks" | "jwksUri">;

const ALGORITHM = "token_endpoint_auth_signing_alg";

/**
 * How the client authenticates, and its keys: its preferred method, else of those that it also supports (OpenID Connect
 * Relying Party Metadata Choices 1.0 §2) its keys before all others, else, if it names none, the default.
 *
 * @throws OAuthError `invalid_client_metadata`: authenticating otherwise would be less than the client announced; or it
 *   gave private keys
 */
export function negotiateAuthentication(
  members: Members,
  { authMethods, algorithms }: MetadataRules,
): Authentication {
  const { jwks, jwksUri, fault } = negotiateKeys(members);
  // A client that signs by another algorithm alone cannot use its keys here.
  const isOther = !algorithms.includes(textOf(members, ALGORITHM) ?? algorithms[0]);
  const isUsable = (method: AuthMethod) =>
    credentialOf(method) !== "key" || (fault === undefined && !isOther);
  const method = negotiateMethod(members, authMethods, isUsable);
  if (!isUsable(method)) {
    throw fault === undefined
      ? invalidMetadata(ALGORITHM, `must be ${algorithms.join(" or ")}`)
      : invalidMetadata(members.has("jwks_uri") ? "jwks_uri" : "jwks", fault);
  }
  return { tokenEndpointAuthMethod: method, jwks, jwksUri };
}

function negotiateMethod(
  members: Members,
  authMethods: MetadataRules["authMethods"],
  isUsable: (method: AuthMethod) => boolean,
): AuthMethod {
  const preferred = textOf(members, "token_endpoint_auth_method");
  const choices = listOf(members, "token_endpoint_auth_methods_supported");
  if (preferred === undefined && choices === undefined) return authMethods[0];
  const named = authMethods.find((one) => one === preferred);
  if (named !== undefined && isUsable(named)) return named;
  const possible = authMethods.filter((one) => choices?.includes(one) === true && isUsable(one));
  // A method that lacks its keys comes last: what it lacks is told.
  const method = possible.find((one) => credentialOf(one) === "key") ?? possible[0] ?? named;
  if (method !== undefined) return method;
  const names = authMethods.join(" or ");
  throw preferred === undefined
    ? invalidMetadata("token_endpoint_auth_methods_supported", `must hold ${names}`)
    : invalidMetadata(
        "token_endpoint_auth_method",
        `must be ${names}, or token_endpoint_auth_methods_supported must hold that`,
      );
}

/**
 * The keys that can be registered; `fault` is why a client could not sign with them. Keys that are of no use are left
 * out, but private ones are refused: the client must learn that others know them now.
 *
 * @throws OAuthError `invalid_client_metadata`
 */
function negotiateKeys(members: Members): Pick<Authentication, "jwks" | "jwksUri"> & { fault?: string } {
  const given = members.get("jwks");
  if (holdsSecretKey(given)) throw invalidMetadata("jwks", PUBLIC_ONLY);
  if (given !== undefined && members.has("jwks_uri"))
    throw invalidMetadata("jwks_uri", "must not be given beside jwks (RFC 7591 section 2)");
  const jwksUri = HTTPS_URL.catch(null).parse(members.get("jwks_uri") ?? null);
  if (jwksUri !== null) return { jwks: null, jwksUri };
  if (members.has("jwks_uri")) return { jwks: null, jwksUri, fault: "must be an https URL" };
  if (given === undefined)
    return { jwks: null, jwksUri, fault: "must be given, or jwks_uri, for private_key_jwt" };
  const fault = jwksFault(given);
  if (fault !== undefined) return { jwks: null, jwksUri, fault };
  // `jwksFault` has checked it.
  const jwks = given as PublicJwks;
  return { jwks, jwksUri, ...(jwks.keys.some(isSigningKey) ? {} : { fault: NO_SIGNING_KEY }) };
}
