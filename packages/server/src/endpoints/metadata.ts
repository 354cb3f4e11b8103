import { offeredAuthMethods } from "../clients/mutual-tls.ts";
import type { Deps } from "../deps.ts";
import { anyAccepts } from "../config/assertion-settings.ts";
import { OFFLINE_ACCESS } from "../grant-types/scope.ts";
import { TOKEN_PATH } from "../grant-types/token-path.ts";
import { mtlsAliases } from "./mtls-aliases.ts";
import { PROMPTS } from "./authorization-request.ts";
import { RESPONSE_MODES } from "./authorization-response.ts";
import { DPOP_ALGORITHMS } from "../sender/proof-signature.ts";
import { SIGNAL_PATHS } from "../signals/signal-paths.ts";

/** Paths of the endpoints and pages, below the issuer. */
export const PATHS = {
  /** A page for people who open the issuer's URL. */
  home: "/",
  token: TOKEN_PATH,
  revoke: "/oauth/revoke",
  introspect: "/oauth/introspect",
  explain: "/oauth/explain",
  revocations: "/oauth/revocations",
  authorize: "/oauth/authorize",
  push: "/oauth/par",
  signIn: "/oauth/sign-in",
  consent: "/oauth/consent",
  loginRequest: "/oauth/login/request",
  loginAccept: "/oauth/login/accept",
  loginReject: "/oauth/login/reject",
  loginReturn: "/oauth/login/return",
  signOut: "/oauth/sign-out",
  deviceAuthorization: "/oauth/device_authorization",
  /** Where the user enters a device's code. Short, because users type it too (RFC 8628 §6.1). */
  device: "/device",
  register: "/oauth/register",
  applications: "/oauth/applications",
  metadata: "/.well-known/oauth-authorization-server",
  jwks: "/.well-known/jwks.json",
  /** Where the documentation for the clients' developers begins. */
  docs: "/docs",
  /** All of it in one document. */
  markdown: "/docs.md",
  openapi: "/docs/openapi.json",
  llms: "/llms.txt",
} as const;

/** Where the clients' developers read (RFC 8414 §2, `service_documentation`). */
export function serviceDocumentation(issuer: string): string {
  return issuer + PATHS.docs;
}

const ID_JAG_PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag";

/** What the metadata say beside what `Deps` has. */
export interface Advertised {
  /** The retry window of new clients, s. */
  retryWindow: number;
  /** BCP 47 tags of the pages' languages. */
  languages: readonly string[];
  /** The documentation is served. */
  docs: boolean;
}

/**
 * Authorization server metadata (RFC 8414 §2). Members of Regrant's own: `revocation_feed_endpoint`,
 * `explanation_endpoint` with its methods, and `refresh_token_retry_window`, for how many s after a refresh the same
 * request gets the same tokens; a client may have a window of its own, which its token responses say.
 */
export function metadata(deps: Deps, { retryWindow, languages, docs }: Advertised): Record<string, unknown> {
  const { issuer, grantTypes, registration, explanations, revocationIssuers, assertionIssuers } = deps;
  const { assertionRules, mutualTls } = deps;
  const authMethods = offeredAuthMethods(mutualTls);
  const members = {
    issuer,
    ...authorizationMembers(deps, languages),
    token_endpoint: issuer + PATHS.token,
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionRules.algorithms,
    grant_types_supported: grantTypes,
    // draft-ietf-oauth-identity-assertion-authz-grant-04 §7.2
    ...(anyAccepts([...assertionIssuers.values()], "id-jag")
      ? { authorization_grant_profiles_supported: [ID_JAG_PROFILE] }
      : {}),
    revocation_endpoint: issuer + PATHS.revoke,
    revocation_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionRules.algorithms,
    scopes_supported: supportedScopes(registration),
    introspection_endpoint: issuer + PATHS.introspect,
    introspection_endpoint_auth_methods_supported: authMethods.filter((method) => method !== "none"),
    introspection_endpoint_auth_signing_alg_values_supported: assertionRules.algorithms,
    ...(explanations
      ? {
          explanation_endpoint: issuer + PATHS.explain,
          explanation_endpoint_auth_methods_supported: authMethods,
          explanation_endpoint_auth_signing_alg_values_supported: assertionRules.algorithms,
        }
      : {}),
    revocation_feed_endpoint: issuer + PATHS.revocations,
    // draft-parecki-oauth-global-token-revocation §5
    ...(revocationIssuers.size === 0
      ? {}
      : {
          global_token_revocation_endpoint: issuer + SIGNAL_PATHS.globalTokenRevocation,
          global_token_revocation_endpoint_auth_methods_supported: ["Bearer"],
        }),
    device_authorization_endpoint: issuer + PATHS.deviceAuthorization,
    ...(registration.mode === "off" ? {} : { registration_endpoint: issuer + PATHS.register }),
    ...(registration.documents ? { client_id_metadata_document_supported: true } : {}),
    // RFC 9449 §5.1
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    jwks_uri: issuer + PATHS.jwks,
    ...(docs ? { service_documentation: serviceDocumentation(issuer) } : {}),
    access_token_signing_alg_values_supported: signingAlgorithms(deps),
    // draft-ietf-oauth-refresh-token-expiration-03 §8: lifetimes of the grant, and of an unused refresh token.
    refresh_token_expiration_types_supported: ["authorization", "token_timeout"],
    refresh_token_retry_window: retryWindow,
    // RFC 8705 §3.3
    ...(mutualTls.offered ? { tls_client_certificate_bound_access_tokens: true } : {}),
  };
  return mtlsAliases(members, mutualTls.offered ? mutualTls.url : null);
}

/** The members about the authorization endpoint, pushed requests and responses. */
function authorizationMembers(deps: Deps, languages: readonly string[]): Record<string, unknown> {
  const { issuer, requirePar, assertionRules, acrValues, authorizationDetailsTypes } = deps;
  return {
    authorization_endpoint: issuer + PATHS.authorize,
    pushed_authorization_request_endpoint: issuer + PATHS.push,
    require_pushed_authorization_requests: requirePar,
    // RFC 9101 §10.5
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    require_signed_request_object: false,
    request_object_signing_alg_values_supported: assertionRules.algorithms,
    response_types_supported: ["code"],
    response_modes_supported: RESPONSE_MODES,
    authorization_signing_alg_values_supported: signingAlgorithms(deps),
    code_challenge_methods_supported: ["S256"],
    // RFC 9207 §2.4: a client that sees it MUST reject a response without `iss`.
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: PROMPTS,
    // RFC 9470 §7
    ...(acrValues.length === 0 ? {} : { acr_values_supported: acrValues }),
    ui_locales_supported: languages,
    // RFC 9396 §10
    ...(authorizationDetailsTypes.size === 0
      ? {}
      : { authorization_details_types_supported: [...authorizationDetailsTypes.keys()] }),
  };
}

/** The algorithms of the keys that are published: what verifies signatures of this service. */
function signingAlgorithms({ keys }: Pick<Deps, "keys">): string[] {
  return [...new Set(keys.published.map(({ algorithm }) => algorithm))];
}

/**
 * The scopes that a client without an operator's registration may request; those of other clients are not told to
 * strangers (RFC 8414 §2: some may be left out). `offline_access` may always be requested: some clients refresh only
 * if they find it here.
 */
export function supportedScopes({ mode, documents, scopes }: Deps["registration"]): string[] {
  const open = mode !== "off" || documents ? scopes : [];
  return [...new Set([...open, OFFLINE_ACCESS])];
}

/**
 * The JWKS (RFC 7517 §5): the keys of tokens that may still be valid, and the next key, so that caches know it in
 * time.
 */
export function jwks({ keys }: Deps): { keys: Record<string, unknown>[] } {
  return { keys: keys.published.map(({ publicJwk }) => publicJwk) };
}
