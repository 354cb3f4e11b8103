import type { AdminErrorCode, AdminResource } from "../admin/admin-error.ts";
import { CliError } from "./cli-error.ts";

/** What is said of input that breaks rules; the rules follow. */
export const INPUT_INVALID = "the input is not valid";

/** Why an operation of administration was refused: by this process, or by a server. */
export interface Refusal {
  code: AdminErrorCode;
  message: string;
  /** Sentences. */
  violations: readonly string[];
  hint?: string | undefined;
  /** What was looked for and not found; a server of another version may name others. */
  resource?: string | undefined;
}

/** The command that lists the resources of which one was not found. */
const LISTED_BY: Record<AdminResource, string> = {
  client: "npx regrant client list",
  account: "npx regrant account list",
  grant: "npx regrant grant list",
  "registration token": "npx regrant registration-token list",
  webhook: "npx regrant webhook list",
  "dead letter": "npx regrant webhook dead-letters ID",
  stream: "npx regrant stream list",
  "signing key": "npx regrant keys list",
  "MAC key": "npx regrant keys list",
};

/** The error of a refusal. Several violations are printed one a line. */
export function refusalError({ code, message, violations, hint, resource }: Refusal): CliError {
  const lines = violations.filter((line) => line !== message);
  const [first, ...more] = lines;
  const one = first === undefined ? message : `${message}: ${first}`;
  const text = more.length > 0 ? [`${message}:`, ...lines].join("\n  ") : one;
  const lister = new Map(Object.entries(LISTED_BY)).get(resource ?? "");
  return new CliError(text, hint ?? (lister && `list them with ${lister}`), 1, code);
}
