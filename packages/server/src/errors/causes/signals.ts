import type { CauseSpec } from "../codes.ts";

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation), and Shared Signals. The former's callers are identity providers that the
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
  // The endpoints for receivers of Shared Signals (SSF 1.0 §8.1), as RFC 6750 §3.1 and the tables of SSF say.
  receiver_token_refused: {
    code: "invalid_token",
    challenge: "Bearer",
    description: "The access token is missing, or not valid for Shared Signals.",
    meaning:
      "A receiver gets its token by `client_credentials`, with the scope `ssf.read` or `ssf.manage`. The log line has a " +
      "`detail`.",
  },
  receiver_scope_missing: {
    code: "insufficient_scope",
    challenge: "Bearer",
    description: "The access token does not have the scope ssf.manage.",
    meaning: "`ssf.read` reads configuration and status, and polls.",
  },
  stream_not_found: {
    code: "invalid_request",
    status: 404,
    description: "The stream was not found.",
    meaning: "No stream of this receiver has the id.",
  },
  stream_request_invalid: {
    code: "invalid_request",
    description: "The member {parameter} {violation}.",
    meaning:
      "A member of a request for a stream is missing or not acceptable. The text and the log line name it.",
  },
  stream_not_allowed: {
    code: "access_denied",
    description: "The receiver may not have another stream.",
    meaning: "Ten streams for each client, and 100 subscriptions in all.",
  },
  stream_conflict: {
    code: "invalid_request",
    status: 409,
    description: "The stream was changed at the same time. Read it again.",
    meaning: "Two requests changed one stream at once.",
  },
  too_many_verifications: {
    code: "invalid_request",
    status: 429,
    description: "Too many requests. Try again later.",
    meaning: "A receiver asked for verification events more often than `min_verification_interval` allows.",
  },
} as const satisfies Record<string, CauseSpec>;
