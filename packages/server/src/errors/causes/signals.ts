import type { CauseSpec } from "../codes.ts";

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation). Its callers are identity providers that the
 * operator named; the draft has the statuses, and leaves the body open.
 */
export const SIGNAL_CAUSES = {
  revocation_token_refused: {
    code: "invalid_token",
    challenge: "Bearer",
    description:
      "The token that authenticates the revocation request is missing, wrong, used, or has expired.",
    meaning:
      "The request has no JWT of one of the `revocationIssuers`, for this endpoint, at most 10 minutes old, and not used " +
      "before. The log line says which of it.",
  },
  subject_identifier_malformed: {
    code: "invalid_request",
    description: "The body must have a sub_id of the format iss_sub, opaque or email (RFC 9493).",
    meaning: "A subject identifier of another format, or without its members.",
  },
  subject_of_other_issuer: {
    code: "access_denied",
    description: "The issuer may not revoke the tokens of this subject.",
    meaning: "The `iss` of the identifier is another issuer's, or the user is not of the issuer's `domains`.",
  },
  subject_not_found: {
    code: "invalid_request",
    status: 404,
    description: "The subject was not found.",
    meaning: "No account, and no grant, is the subject's.",
  },
  issuer_keys_unreachable: {
    code: "temporarily_unavailable",
    retryAfter: 30,
    description: "The keys of the issuer cannot be read at the moment. Try again later.",
    meaning:
      "Neither the issuer's discovery document nor its JWKS could be fetched. A host at a private address needs `jwksUri`.",
  },
} as const satisfies Record<string, CauseSpec>;
