import type { Command } from "commander";
import type { GrantJson } from "../admin/grants/grants.ts";
import { instantWithAge, localInstant } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import { instantCell, stateCell } from "./cells.ts";
import { Names } from "./names.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { readPages } from "./pages.ts";
import { readGrantArgument, rejectTokenArgument } from "./parse-token-argument.ts";
import type { Cell, Column } from "./table.ts";

/** The flags of `grant list`. */
interface ListOptions extends JsonOption {
  client?: string;
  subject?: string;
  username?: string;
  state?: string;
  endingWithin?: number;
  limit: number;
  after?: string;
}

/** `grant list`: prints one page, and on stderr how to get the next one. */
export async function list(options: ListOptions, command: Command): Promise<void> {
  await withAdministration(command, async (administration) => {
    const { client: client_id, subject, username, state, endingWithin, after, limit } = options;
    const filter = { client_id, subject, username, state, ending_within: endingWithin };
    const { items: grants, next } = await readPages(
      (page) => administration.call("grants.list", { query: { ...filter, ...page } }),
      { after, limit },
    );
    if (options.json) grants.forEach((grant) => printJson(grant));
    else {
      const names = new Names(administration);
      await names.load(grants);
      printGrants(grants, { names, now: administration.now(), isEnding: endingWithin !== undefined });
    }
    if (next !== null) console.error(`There are more: continue with --after ${next}`);
  });
}

const GRANT_COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "client", importance: 2 },
  { name: "client name", importance: 5 },
  { name: "subject", importance: 4 },
  { name: "username", importance: 6 },
  { name: "state", importance: 8 },
  { name: "generation", importance: 1 },
  { name: "last used", importance: 7 },
];

const ENDS: Column = { name: "ends", importance: 8 };

/** @param context `isEnding`: all of them are active and end soon, which is what is asked for */
function printGrants(
  grants: readonly GrantJson[],
  { names, now, isEnding }: { names: Names; now: number; isEnding: boolean },
): void {
  const rows = grants.map((grant): (Cell | string)[] => [
    grant.grant_id,
    ...(isEnding ? [instantCell(Date.parse(grant.expires_at), now)] : []),
    grant.client_id,
    names.client(grant.client_id) ?? "-",
    grant.subject,
    names.username(grant.subject) ?? "-",
    ...(isEnding ? [] : [stateCell(grant.state, grant.reason), String(grant.generation)]),
    instantCell(Date.parse(grant.last_used_at), now),
  ]);
  const [id, ...others] = GRANT_COLUMNS;
  const active = others.filter(({ name }) => name !== "state" && name !== "generation");
  printTable(isEnding && id ? [id, ENDS, ...active] : GRANT_COLUMNS, rows, "No matching grants.");
}

/**
 * `grant show`: the grant's row and status. What happened to it is `grant explain`.
 *
 * @throws CliError the argument is a token; AdminError `not_found`
 */
export async function show(id: string, { json }: JsonOption, command: Command): Promise<void> {
  rejectTokenArgument(id);
  await withAdministration(command, async (administration) => {
    const grant = await administration.call("grants.get", { path: { grant_id: id } });
    if (json) return printJson(grant);
    const names = new Names(administration);
    await names.load([grant]);
    printGrant(grant, names, administration.now());
  });
}

/**
 * Prints a grant, one fact a line.
 *
 * @param now the store's clock, ms
 */
function printGrant(grant: GrantJson, names: Names, now: number): void {
  const instant = (text: string | null) =>
    text === null ? undefined : instantWithAge(Date.parse(text), now);
  const username = names.username(grant.subject);
  printFields({
    grant: grant.grant_id,
    client: `${grant.client_id} (${names.client(grant.client_id) ?? "deleted"})`,
    subject: username === undefined ? grant.subject : `${grant.subject} (${username})`,
    scope: grant.scope === "" ? "none" : grant.scope,
    "bound to": grant.binding ?? undefined,
    state: stateCell(grant.state, grant.reason),
    since: instant(grant.inactive_since),
    parent: grant.parent_id ?? undefined,
    generation: String(grant.generation),
    created: instant(grant.created_at),
    "last used": instant(grant.last_used_at),
    "expires if unused": instant(grant.idle_expires_at),
    "expires at the latest": instant(grant.expires_at),
  });
}

/** The flags of `grant extend`. */
interface ExtendOptions extends JsonOption {
  /** s */
  by: number;
}

/**
 * `grant extend`: moves the end of the absolute lifetime later.
 *
 * @throws CliError the argument is a token; AdminError `not_found`, `not_allowed`, or `invalid`
 */
export async function extend(argument: string, { by, json }: ExtendOptions, command: Command): Promise<void> {
  const requested = await readGrantArgument(argument);
  await withAdministration(command, async ({ call, now }) => {
    const id =
      "id" in requested
        ? requested.id
        : (await call("grants.explainToken", { body: { token: requested.token } })).grant_id;
    const extended = await call("grants.extend", { path: { grant_id: id }, body: { by } });
    if (json) return printJson(extended);
    const [before, after] = [Date.parse(extended.previous_expires_at), Date.parse(extended.expires_at)];
    console.log(
      `The grant ends at ${instantWithAge(after, now())} at the latest, not at ${localInstant(before)}.`,
    );
    console.log("Its client keeps its tokens; the next refresh returns the new end.");
  });
}
