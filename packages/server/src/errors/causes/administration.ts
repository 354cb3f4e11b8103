import type { CauseSpec } from "../codes.ts";

/**
 * The admin API. It writes errors as problems (RFC 9457): the cause is the last part of the problem's type, its text the
 * title.
 */
export const ADMINISTRATION_CAUSES = {
  // RFC 6750 §3
  admin_token_missing: {
    code: "invalid_token",
    challenge: "Bearer",
    description: "The request has no access token.",
    meaning: "A request to the admin API without the header `Authorization: Bearer`.",
  },
  admin_token_refused: {
    code: "invalid_token",
    challenge: "Bearer",
    description: "The access token is not valid for this API.",
    meaning:
      "The token has expired, is revoked, is not one for the admin API, or its client is disabled, was deleted, or may no " +
      "longer have the scope. The log line has a `detail`.",
  },
  admin_scope_missing: {
    code: "insufficient_scope",
    challenge: "Bearer",
    description: "The access token does not have the scope that this operation needs.",
    meaning: "The operation changes something and needs `regrant:admin`; `regrant:admin.read` only reads.",
  },
  operation_not_found: {
    code: "invalid_request",
    status: 404,
    description: "The admin API has no such path.",
    meaning: "A path below `/admin/v1` that is not in its OpenAPI document.",
  },
  resource_not_found: {
    code: "invalid_request",
    status: 404,
    description: "What the request names does not exist.",
    meaning: "A client, account, grant, key or token that an operation of the admin API names was not found.",
  },
  // RFC 9110 §15.5.21
  input_invalid: {
    code: "invalid_request",
    status: 422,
    description: "The request breaks a rule.",
    meaning: "Parameters or members of the body are not valid. The problem's `violations` names each.",
  },
  resource_conflict: {
    code: "invalid_request",
    status: 409,
    description: "The name or id is in use.",
    meaning: "The request would create what exists already, or another process did the same at once.",
  },
  state_conflict: {
    code: "invalid_request",
    status: 409,
    description: "The present state does not allow it.",
    meaning: "For example, a grant that is not active cannot be extended. The problem's `detail` says why.",
  },
  // RFC 9110 §13.1.1
  precondition_failed: {
    code: "invalid_request",
    status: 412,
    description: "The resource has changed since it was read.",
    meaning: "The header `If-Match` does not have the `ETag` that the resource has now. Read it again.",
  },
  // draft-ietf-httpapi-idempotency-key-header §2.7
  idempotency_key_reused: {
    code: "invalid_request",
    status: 422,
    description: "The Idempotency-Key was used for another request.",
    meaning:
      "A key belongs to one request: the same method, path and body. Another request needs another key.",
  },
  idempotent_request_in_progress: {
    code: "invalid_request",
    status: 409,
    retryAfter: 1,
    description: "A request with this Idempotency-Key is still in progress.",
    meaning: "The first request with this key has no response yet. A repetition after `Retry-After` gets it.",
  },
  idempotent_outcome_unknown: {
    code: "invalid_request",
    status: 409,
    description: "The first request with this Idempotency-Key ended without a response.",
    meaning:
      "The service stopped, or lost its database, while it carried the request out, so it may or may not have been: look " +
      "for what it was to create before you send it with another key.",
  },
  too_many_streams: {
    code: "invalid_request",
    status: 429,
    retryAfter: 30,
    description: "Too many event streams are open.",
    meaning: "A process serves 32 event streams of the admin API at once.",
  },
} as const satisfies Record<string, CauseSpec>;
