import type { Command } from "commander";
import { ADMIN_VARIABLES } from "../../config/admin-variables.ts";
import { CliError } from "../cli-error.ts";
import { endpointViolation } from "../logins/endpoint.ts";

/**
 * The URL of the service that a command administers over HTTP, without a slash at its end: `--server`, else
 * REGRANT_SERVER unless `--database` is given. Undefined: the command works on the database.
 *
 * @throws CliError exit code 2: it is not https, or both flags are given
 */
export function serverOf(command: Command): string | undefined {
  const { server: flag, database } = command.optsWithGlobals<{ server?: string; database?: string }>();
  if (flag !== undefined && database !== undefined) {
    throw new CliError("--server and --database cannot be combined", "pass the one that is meant", 2);
  }
  const variable = process.env[ADMIN_VARIABLES.server] ?? "";
  const text = flag ?? (database === undefined && variable !== "" ? variable : undefined);
  if (text === undefined) return undefined;
  const name = flag === undefined ? ADMIN_VARIABLES.server : "--server";
  const violation = endpointViolation(text) ?? (new URL(text).search === "" ? undefined : "not have a query");
  if (violation === undefined) return new URL(text).href.replace(/\/$/, "");
  const hint = violation.startsWith("be https")
    ? "the access token would travel unencrypted; in a closed network, use a tunnel from a loopback address (ssh -L)"
    : "such as https://auth.example.com: the issuer, or the address of its admin listener";
  throw new CliError(`${name} must ${violation}`, hint, 2);
}

/**
 * Refuses a command that works on the node or its database itself.
 *
 * @throws CliError exit code 2: a server is given
 */
export function requireLocal(command: Command): void {
  if (serverOf(command) === undefined) return;
  const { server } = command.optsWithGlobals<{ server?: string }>();
  const hint =
    server === undefined
      ? `run it on a node, where ${ADMIN_VARIABLES.server} is not set, or pass --database`
      : "run it on a node, without --server";
  throw new CliError(`${nameOf(command)} works on the database itself, not over the admin API`, hint, 2);
}

/** The command's names below the program. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}
