import type { CauseSpec } from "../codes.ts";

/** One text for every `request_uri` that is refused: it must not tell which ones were issued (RFC 9126 §7.1). */
const REQUEST_URI_REFUSED = {
  code: "invalid_request_uri",
  description: "The request_uri is unknown, has expired, or was used.",
} as const;
const DENIED = { code: "access_denied", description: "Access was denied." } as const;

/**
 * The authorization endpoint (RFC 6749 §4.1.2.1), pushed requests (RFC 9126 §2.3), the login provider's endpoints, and
 * the pages. While client and redirect URI are not known to belong together, the error is shown to the user; later it
 * is sent to the redirect URI.
 */
export const AUTHORIZATION_CAUSES = {
  // RFC 6749 §4.1.2.1: an unknown client or redirect URI is never redirected to.
  redirect_uri_not_registered: {
    code: "invalid_request",
    description: "The redirect_uri is not registered for this client.",
    meaning: "Shown to the user, never redirected. `npx regrant client update --redirect-uri` registers it.",
  },
  authorization_code_not_allowed: {
    code: "invalid_request",
    description: "The client is not allowed to use the authorization code grant.",
    meaning: "The client lacks the grant type `authorization_code`.",
  },
  authorization_request_too_long: {
    code: "invalid_request",
    status: 414,
    description: "The authorization request is too long. It may be pushed instead (RFC 9126).",
    meaning: "Its parameters are longer than 16 KiB, percent-encoded: too long for the URLs of the pages.",
  },
  request_object_refused: {
    code: "invalid_request_object",
    description: "The request object {violation}.",
    meaning:
      "A `request` parameter (RFC 9101) that is malformed, not signed by a key of the client, or not for this service and this " +
      "time; its client gets the reason.",
  },
  request_not_signed: {
    code: "invalid_request",
    description: "The client must send its authorization requests as signed request objects.",
    meaning: "The client is set to require signed request objects (RFC 9101).",
  },
  // Pushed requests (RFC 9126); a request URI is used once (§7.3).
  request_not_pushed: {
    code: "invalid_request",
    description: "The client must push its authorization requests.",
    meaning: "The client is set to require pushed authorization requests (RFC 9126).",
  },
  request_uri_pushed: {
    code: "invalid_request",
    description: "A pushed authorization request must not contain a request_uri.",
    meaning: "RFC 9126 section 2.1.",
  },
  request_uri_unknown: {
    ...REQUEST_URI_REFUSED,
    meaning: "The `request_uri` was not issued by this service, or has expired.",
  },
  request_uri_client_mismatch: {
    ...REQUEST_URI_REFUSED,
    meaning: "The `request_uri` was issued to another client.",
  },
  request_uri_used: { ...REQUEST_URI_REFUSED, meaning: "The pushed request has led to a code before." },
  unsupported_response_type: {
    code: "unsupported_response_type",
    description: "The response type must be code.",
    meaning: "Implicit and hybrid flows are not supported (RFC 9700 section 2.1.2).",
  },
  unsupported_response_mode: {
    code: "invalid_request",
    description:
      "The response mode must be query or jwt, or form_post or form_post.jwt for an http or https redirect URI.",
    meaning:
      "An unsupported `response_mode`; or a signed one (JARM) of a client of the FAPI 2.0 profile, while the service signs with " +
      "`RS256`: set `signingAlgorithm` to `PS256`, `ES256` or `EdDSA`.",
  },
  response_not_signed: {
    code: "invalid_request",
    description: "The client must request a signed response: response_mode jwt, query.jwt or form_post.jwt.",
    meaning: "The client is set to require signed responses (JARM).",
  },
  unsupported_code_challenge_method: {
    code: "invalid_request",
    description: "The code_challenge_method must be S256.",
    meaning:
      "PKCE's `plain`, the default where the parameter is absent, is not accepted (RFC 9700 section 2.1.1).",
  },
  authorization_details_refused: {
    code: "invalid_authorization_details",
    description: "The {parameter} parameter {violation}.",
    meaning:
      "The request's `authorization_details` (RFC 9396) are malformed, too long, of a type that is not configured or that " +
      "the client may not use, or not valid by the type's schema; or a refresh names what was not granted.",
  },
  prompt_none_with_others: {
    code: "invalid_request",
    description: "The prompt none must not be combined with other values.",
    meaning: "OpenID Connect Core section 3.1.2.1.",
  },
  max_age_malformed: {
    code: "invalid_request",
    description: "The max_age parameter must be a number of seconds.",
    meaning: "A malformed `max_age`.",
  },
  // `prompt=none` (OpenID Connect Core §3.1.2.6)
  login_required: {
    code: "login_required",
    description: "User authentication is required.",
    meaning: "The request has `prompt=none`, and the user is not signed in.",
  },
  consent_required: {
    code: "consent_required",
    description: "User consent is required.",
    meaning: "The request has `prompt=none`, and the user has not consented to the scope.",
  },
  unmet_authentication_requirements: {
    code: "unmet_authentication_requirements",
    description: "The user cannot be authenticated as requested.",
    meaning:
      "The user signed in, but not as `acr_values` or `max_age` requires; or no sign-in here has an `acr` of `acr_values`.",
  },
  // RFC 6749 §4.1.2.1: one code, whether the user denied the request or could not allow it.
  denied_by_subject: { ...DENIED, meaning: "The user cancelled the sign-in or denied consent." },
  denied_client_disabled: { ...DENIED, meaning: "The client was disabled during the request." },
  denied_account_disabled: { ...DENIED, meaning: "The account was disabled during the request." },

  // The login provider's endpoints, and the return from its page.
  login_challenge_unknown: {
    code: "invalid_request",
    description: "The login_challenge is unknown, or has expired.",
    meaning: "The login challenge was not issued by this service, or is older than 30 minutes.",
  },
  login_already_answered: {
    code: "invalid_request",
    status: 409,
    description: "The login_challenge has already been answered.",
    meaning: "The login provider gave another answer before, or the user has already returned with it.",
  },
  auth_time_malformed: {
    code: "invalid_request",
    description: "The auth_time parameter must be a past time, in seconds since 1970.",
    meaning: "The login provider sent a malformed or future `auth_time`.",
  },
  acr_not_configured: {
    code: "invalid_request",
    description: "The acr parameter must be one of the configured acrValues.",
    meaning: "The login provider sent an `acr` that the setting `acrValues` does not list.",
  },
  login_browser_mismatch: {
    code: "invalid_request",
    status: 403,
    description: "The sign-in was started in another browser.",
    meaning:
      "A user returned from the login page in a browser that did not start there: possibly login CSRF.",
  },

  // Forms of Regrant's own pages.
  cross_site_form: {
    code: "invalid_request",
    status: 403,
    description: "The form was sent from another site.",
    meaning: "Possibly CSRF; or a proxy that changes the host or scheme: check `issuer`.",
  },
  form_expired: {
    code: "invalid_request",
    status: 403,
    description: "The form has expired.",
    meaning: "The form was loaded before the browser lost its cookie.",
  },
  credentials_missing: {
    code: "invalid_request",
    description: "The username or the password is missing.",
    meaning: "The sign-in form was sent incomplete.",
  },
  credentials_too_long: {
    code: "invalid_request",
    description: "The username or the password is too long.",
    meaning: "A user name over 320 bytes or a password over 1,024 bytes in the sign-in form.",
  },
  unknown_user_code: {
    code: "invalid_request",
    description: "The user code is unknown, or has expired.",
    meaning: "The user mistyped the code of a device, or the code has expired.",
  },
} as const satisfies Record<string, CauseSpec>;
