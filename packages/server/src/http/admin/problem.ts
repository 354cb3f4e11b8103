import { AdminError } from "../../admin/admin-error.ts";
import type { AdminResource } from "../../admin/admin-error.ts";
import { InputError, jsonPointer } from "../../admin-api/input.ts";
import type { InputViolation } from "../../admin-api/input.ts";
import { CAUSE_OF } from "../../admin-api/problems.ts";
import { ADMIN_PATH, problemType, RESOURCE_METADATA_PATH } from "../../admin-api/paths.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../../config/reserved-scopes.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { currentSource } from "../../request-source.ts";
import { errorHeaders } from "../responses.ts";

/** An error of the admin API (RFC 9457 §3), with members of Regrant's own. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** How to fix it. */
  hint?: string;
  /** What was not found, or is in use. */
  resource?: AdminResource;
  violations?: readonly InputViolation[];
  /** As the log line and the events of the request have it. */
  request_id?: string;
}

/** Turns a refusal of an operation into the error that log and metric know; other errors are returned as they are. */
export function toCause(thrown: unknown): unknown {
  if (thrown instanceof InputError) return new OAuthError("input_invalid", { cause: thrown });
  if (!(thrown instanceof AdminError)) return thrown;
  // Its texts contain no secret, but what was sent: that is for its sender.
  return new OAuthError(CAUSE_OF[thrown.code], { cause: thrown });
}

/** Names of the parameters of a request. */
type ParameterNames = ReadonlySet<string>;

/** Makes the problem of an error. */
function problemOf(
  issuer: string,
  { causeName, description, status, cause }: OAuthError,
  parameters: ParameterNames,
): Problem {
  const requestId = currentSource()?.requestId;
  const problem = {
    type: problemType(issuer, causeName),
    title: description,
    status,
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
  if (cause instanceof InputError) return { ...problem, violations: cause.violations };
  if (!(cause instanceof AdminError)) return problem;
  const violations = cause.violations.map(({ member, message }) => {
    if (member !== undefined && parameters.has(member)) return { parameter: member, message };
    return { pointer: jsonPointer(member === undefined ? [] : [member]), message };
  });
  return {
    ...problem,
    detail: cause.message,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    ...(cause.resource === undefined ? {} : { resource: cause.resource }),
    ...(violations.length === 0 ? {} : { violations }),
  };
}

/**
 * Formats an error of the admin API (RFC 9457). No page of another origin may read it.
 *
 * @param parameters of the operation: what is wrong with one of them is not said of a member of the body
 */
export function problemResponse(
  issuer: string,
  error: OAuthError,
  parameters: ParameterNames = new Set(),
): Response {
  const headers: Record<string, string> = {
    ...errorHeaders(error),
    "Content-Type": "application/problem+json",
  };
  const challenge = challengeOf(issuer, error);
  if (challenge !== undefined) headers["WWW-Authenticate"] = challenge;
  return new Response(JSON.stringify(problemOf(issuer, error, parameters)), {
    status: error.status,
    headers,
  });
}

/** RFC 6750 §3: without a token, the challenge says no error. RFC 9728 §5.1: it says where the metadata are. */
function challengeOf(issuer: string, { causeName, code, challenge }: OAuthError): string | undefined {
  if (challenge !== "Bearer") return undefined;
  const error = causeName === "admin_token_missing" ? [] : [`error="${code}"`];
  const scope = causeName === "admin_scope_missing" ? ADMIN_SCOPE : ADMIN_READ_SCOPE;
  return `Bearer ${[
    `realm="${ADMIN_PATH}"`,
    ...error,
    `scope="${scope}"`,
    `resource_metadata="${issuer}${RESOURCE_METADATA_PATH}"`,
  ].join(", ")}`;
}
