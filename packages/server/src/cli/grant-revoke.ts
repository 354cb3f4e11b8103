import type { Command } from "commander";
import { revokeGrants } from "../admin/grants/revoke-grants.ts";
import type { RevokeGrantsFilter, RevokeGrantsProgress } from "../admin/grants/revoke-grants.ts";
import type { Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import type { Administration } from "./administration.ts";
import { CliError } from "./cli-error.ts";
import { instantAt } from "./option-values.ts";
import type { InstantOrAge } from "./option-values.ts";
import { printJson } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { printable } from "./printable.ts";
import { rejectTokenArgument } from "./parse-token-argument.ts";
import { actor } from "./session.ts";
import { stopSignal } from "./signals.ts";

/** The flags of `grant revoke`. */
interface RevokeOptions extends JsonOption {
  subject?: string;
  client?: string;
  before?: InstantOrAge;
}

/**
 * `grant revoke`: revokes one grant, or all that match.
 *
 * @throws CliError exit code 2: not exactly one of a grant and a filter, or the argument is a token
 */
export async function revoke(
  id: string | undefined,
  options: RevokeOptions,
  command: Command,
): Promise<void> {
  const { subject, client, before } = options;
  const isFiltered = subject !== undefined || client !== undefined;
  if (id !== undefined) rejectTokenArgument(id);
  if (id !== undefined && (isFiltered || before !== undefined)) {
    throw new CliError("a grant's id cannot be combined with --subject, --client or --before", WHICH, 2);
  }
  if (id !== undefined) return revokeOne(id, options, command);
  if (!isFiltered) throw new CliError("nothing to revoke", WHICH, 2);
  // A script whose variable is not set must not seem to have revoked something.
  if (subject === "" || client === "") {
    throw new CliError(`--${subject === "" ? "subject" : "client"} is empty`, WHICH, 2);
  }
  return revokeMany(options, command);
}

const WHICH = "pass a grant's id, or --subject or --client or both; --before narrows those";

/** Exits with 0 also if the grant was revoked already. @throws AdminError `not_found` */
async function revokeOne(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const grant = await call("grants.revoke", { path: { grant_id: id } });
    console.error(grant.changed ? "The grant is revoked." : "The grant was already revoked.");
    if (json) printJson(grant);
  });
}

/** @throws AdminError `not_found`: the client; CliError exit code 75: stopped before the end */
async function revokeMany(
  { subject, client: clientId, before, json }: RevokeOptions,
  command: Command,
): Promise<void> {
  await withAdministration(command, async (administration) => {
    const filter = { subject, clientId, before: before && instantAt(before, administration.now()) };
    const done = await revokeMatching(administration, filter);
    console.error(doneText(done));
    if (done.revoked === 0) await hintAtAccount(administration, subject);
    if (json) printJson({ revoked: done.revoked });
  });
}

/**
 * Revokes all grants that match. Where the command works on the database, it shows on a terminal how far it is, and can be
 * stopped: what was revoked before an error or a signal to stop is said.
 *
 * @param toFinish what to do after a signal to stop
 * @throws CliError exit code 75: stopped before the end
 */
export async function revokeMatching(
  { call, local }: Administration,
  filter: RevokeGrantsFilter,
  toFinish = "run the command again to revoke the rest",
): Promise<RevokeGrantsProgress> {
  if (local !== null) return revokeWithProgress(local.store, filter, toFinish);
  const { subject, clientId, before } = filter;
  const query = before === undefined ? {} : { before: isoInstant(before) };
  const { revoked } =
    subject === undefined
      ? await call("grants.revokeOfClient", { path: { client_id: clientId ?? "" }, query })
      : await call("grants.revokeOfSubject", { path: { subject }, query: { client_id: clientId, ...query } });
  return { revoked, signedOut: 0 };
}

async function revokeWithProgress(
  store: Store,
  filter: RevokeGrantsFilter,
  toFinish: string,
): Promise<RevokeGrantsProgress> {
  const signal = stopSignal();
  let progress: RevokeGrantsProgress = { revoked: 0, signedOut: 0 };
  try {
    for await (progress of revokeGrants({ store }, filter, actor())) {
      if (process.stderr.isTTY && progress.revoked > 0) {
        process.stderr.write(`\r${grantsText(progress.revoked)}\u001B[K`);
      }
      if (signal.aborted) throw new CliError("stopped before the end", toFinish, 75);
    }
  } catch (error) {
    eraseLine();
    if (progress.revoked > 0) console.error(doneText(progress));
    throw error;
  }
  eraseLine();
  return progress;
}

function eraseLine(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
}

/** What was revoked, as a sentence. @param nothing the sentence if that is nothing */
export function doneText(
  { revoked, signedOut }: RevokeGrantsProgress,
  nothing = "No matching grants.",
): string {
  const browsers = signedOut === 1 ? "1 browser is signed out" : `${signedOut} browsers are signed out`;
  const grants = `${grantsText(revoked)} ${revoked === 1 ? "is" : "are"} revoked`;
  if (revoked === 0 && signedOut === 0) return nothing;
  return signedOut === 0 ? `${grants}.` : `${grants}, and ${browsers}.`;
}

/** A number of grants in words. */
export function grantsText(count: number): string {
  return count === 1 ? "1 grant" : `${count.toLocaleString("en")} grants`;
}

/** A username in place of a subject must not look like a subject without grants. */
async function hintAtAccount({ call }: Administration, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const account = await call("accounts.get", { path: { account: name } }).catch(() => undefined);
  if (account === undefined || account.subject === name) return;
  console.error(`${printable(name)} is a username: its subject is ${printable(account.subject)}.`);
}
