import { CAUSES } from "./causes.ts";
import type { Cause, ParameterCause, ViolationCause } from "./causes.ts";
import { STATUS } from "./codes.ts";
import type { CauseSpec, ErrorReason, OAuthErrorCode } from "./codes.ts";

/** What the thrower knows beside the cause. Only `scope` is input. */
interface ErrorFacts {
  /** The parameter or metadata member that is wrong: a fixed name, never input. */
  parameter?: string;
  /** What is wrong with it, as the end of a sentence that is sent: fixed text, never input. */
  violation?: string;
  /** What exactly happened, for the log only: fixed text, never input. */
  detail?: string;
  /** The grant of the refresh token, which its MAC proves; for the log only. */
  grantId?: string | undefined;
  /** The first scope that is not acceptable; only Passport's wire format sends it. */
  scope?: string | undefined;
  /** `Retry-After`, s; by default the cause's own. */
  retryAfter?: number;
  /** Scheme of the `WWW-Authenticate` header: the one of the request's `Authorization` header (RFC 6749 §5.2). */
  challenge?: "Basic" | "Bearer" | undefined;
  /** `Allow` of a 405. */
  allow?: string;
  /** The error behind this one. */
  cause?: unknown;
}

/**
 * An error that reaches the wire as itself; any other one becomes `server_error` (500). The table of causes has its
 * code, status and text, so a thrower names the cause and what it knows, and nothing else. Each wire format writes it
 * in its own way.
 */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  /** For log, metric and event; never sent. (`cause` is the error behind this one.) */
  readonly causeName: Cause;
  /** `error` of the response (RFC 6749 §5.2). */
  readonly code: OAuthErrorCode;
  /** `error_description` */
  readonly description: string;
  /** HTTP status. */
  readonly status: number;
  readonly reason: ErrorReason | undefined;
  readonly parameter: string | undefined;
  readonly violation: string | undefined;
  readonly detail: string | undefined;
  readonly grantId: string | undefined;
  readonly scope: string | undefined;
  readonly retryAfter: number | undefined;
  readonly challenge: "Basic" | "Bearer" | undefined;
  readonly allow: string | undefined;

  constructor(cause: ViolationCause, facts: ErrorFacts & { parameter: string; violation: string });
  constructor(cause: Exclude<ParameterCause, ViolationCause>, facts: ErrorFacts & { parameter: string });
  constructor(cause: Exclude<Cause, ParameterCause>, facts?: ErrorFacts);
  constructor(cause: Cause, facts: ErrorFacts = {}) {
    const spec: CauseSpec = CAUSES[cause];
    super(`${spec.code}: ${cause}`, { cause: facts.cause });
    const { parameter, violation } = facts;
    this.causeName = cause;
    this.code = spec.code;
    this.description = spec.description
      .replace("{parameter}", parameter ?? "")
      .replace("{violation}", violation ?? "");
    this.status = spec.status ?? STATUS[spec.code];
    this.reason = spec.reason;
    this.parameter = parameter;
    this.violation = violation;
    this.detail = facts.detail;
    this.grantId = facts.grantId;
    this.scope = facts.scope;
    this.retryAfter = facts.retryAfter ?? spec.retryAfter;
    this.challenge = facts.challenge ?? spec.challenge;
    this.allow = facts.allow;
  }
}
