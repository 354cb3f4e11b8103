import { z } from "zod";
import type { AdminErrorCode } from "../../admin/admin-error.ts";
import { CAUSE_OF } from "../../admin-api/problems.ts";
import { CliError } from "../cli-error.ts";
import { sanitize } from "../logins/terminal-text.ts";
import { INPUT_INVALID, refusalError } from "../refusal.ts";

/** What is read of a problem of the admin API (RFC 9457). All of it is another program's text. */
const Problem = z.object({
  type: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  resource: z.string().optional(),
  violations: z.array(z.object({ message: z.string() })).optional(),
});

/** Refusals of the operation itself, by cause: the error is the same as where the command runs on the database. */
const REFUSALS = new Map<string, AdminErrorCode>(
  Object.entries(CAUSE_OF).map(([code, cause]) => [cause, code as AdminErrorCode]),
);

/** Where a request was sent, for messages. */
interface Target {
  server: string;
  /** What to do where the server refuses the token. */
  tokenHint: string;
}

/** The error of a response that is not a success. */
export function errorOf({ status }: Response, text: string, { server, tokenHint }: Target): CliError {
  const { data: problem } = Problem.safeParse(jsonOf(text));
  if (status === 503 || status === 429 || status === 502 || status === 504) {
    const reason = problem === undefined ? `HTTP ${status}` : sanitize(problem.title);
    return new CliError(`${server} cannot carry it out now: ${reason}`, "try again later", 75);
  }
  if (problem === undefined) return noAdminApi(server, status);
  const cause = problem.type.slice(problem.type.lastIndexOf("/") + 1);
  const { detail, hint, resource, violations = [], title } = problem;
  const code = REFUSALS.get(cause);
  if (code !== undefined) {
    const messages = violations.map(({ message }) => sanitize(message));
    const safeHint = hint === undefined ? undefined : sanitize(hint);
    return refusalError({
      code,
      message: sanitize(detail ?? (cause === "input_invalid" ? INPUT_INVALID : title)),
      violations: messages,
      hint: safeHint,
      resource,
    });
  }
  const message = `${server}: ${sanitize(detail ?? title)}`;
  if (cause === "operation_not_found") {
    return new CliError(message, "the server has another version: use the command of that version", 2);
  }
  if (status === 401) return new CliError(`${server} refuses the access token`, tokenHint, 2);
  if (status === 403) return new CliError(`${server}: the access token only reads`, tokenHint, 1);
  return new CliError(message, hint === undefined ? undefined : sanitize(hint));
}

/** @param status of a response without a problem: it is not the admin API's */
export function noAdminApi(server: string, status: number): CliError {
  const hint = "its setting admin must be on; where that is HOST:PORT, pass that address";
  return new CliError(`${server} has no admin API (HTTP ${status})`, hint, 2);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
