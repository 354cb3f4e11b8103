import type { CauseSpec } from "../codes.ts";

/** One text for every refusal of an assertion: it must not help to make a better one. */
const ASSERTION_REFUSED = {
  code: "invalid_grant",
  description: "The assertion is invalid, has expired, was used, or is not for this client.",
} as const;

/** Token exchange (RFC 8693 §2.2.2) and assertions of other issuers (RFC 7523 §3.1). */
export const DELEGATION_CAUSES = {
  exchange_not_allowed: {
    code: "unauthorized_client",
    description: "The client may not exchange tokens.",
    meaning: "The client's setting `token_exchange` is `off`.",
  },
  token_type_unsupported: {
    code: "invalid_request",
    description: "The {parameter} parameter names a type of tokens that is not supported here.",
    meaning: "A token type that cannot be exchanged, or issued, by this service (RFC 8693 section 3).",
  },
  subject_token_refused: {
    code: "invalid_request",
    description:
      "The subject_token is invalid, has expired or was revoked, or this client may not exchange it.",
    meaning:
      "The token is not active, is not of its `subject_token_type`, or belongs to a client or issuer whose tokens the client " +
      "may not exchange (`exchange_clients`, `assertionIssuers`). The log line says which.",
  },
  actor_token_refused: {
    code: "invalid_request",
    description: "The actor_token is invalid, has expired or was revoked, or is not of this client.",
    meaning:
      "The actor token must be an active access token of the client itself, or a JWT of an issuer of `assertionIssuers` whose " +
      "`accepts` holds `actor_token`. The log line says what is wrong.",
  },
  token_bound_to_key: {
    code: "invalid_request",
    description: "The {parameter} is bound to a key, and the request does not prove possession of it.",
    meaning:
      "A sender-constrained token (RFC 9449, RFC 8705) is exchanged only with a proof of its key, so a thief cannot exchange " +
      "it.",
  },
  actor_not_authorized: {
    code: "invalid_request",
    description: "The may_act claim of the subject_token does not name this actor.",
    meaning: "The subject token allows only the actor of its claim `may_act` (RFC 8693 section 4.4).",
  },
  too_many_actors: {
    code: "invalid_request",
    description: "The chain of actors would be too long.",
    meaning: "The token was delegated five times already: `act` is not nested deeper.",
  },
  child_grant_not_allowed: {
    code: "invalid_request",
    description: "A refresh token cannot be issued for this exchange.",
    meaning:
      "The client's `exchange_grant_ttl` is 0, it may not refresh, or the token has no grant of its own to be a parent: the log " +
      "line says which.",
  },
  exchange_target_refused: {
    code: "invalid_target",
    description: "The client may not get tokens for this audience by an exchange.",
    meaning: "The audience is neither the token's own nor among the client's `exchange_audiences`.",
  },
  assertion_refused: {
    ...ASSERTION_REFUSED,
    meaning:
      "The assertion is not one that an issuer of `assertionIssuers` may give this client, or has a claim that cannot be " +
      "checked here. The log line names the part that is wrong.",
  },
  assertion_subject_refused: {
    ...ASSERTION_REFUSED,
    meaning:
      "The subject of the assertion has no account here, a disabled one, or one outside the issuer's `domains`.",
  },
} as const satisfies Record<string, CauseSpec>;
