import type { Command } from "commander";
import { explainGrant, explanationJson } from "../admin/grants/explain.ts";
import type { GrantExplanation } from "../admin/grants/explain.ts";
import { extendedGrantJson, extendGrant } from "../admin/grants/extend.ts";
import { findGrant, grantJson } from "../admin/grants/grants.ts";
import type { GrantView } from "../admin/grants/grants.ts";
import { listGrants } from "../admin/grants/list.ts";
import { parseToken } from "../admin/grants/parse-token.ts";
import { loadKeys } from "../admin/open-keys.ts";
import { instantWithAge, localInstant } from "../time-text.ts";
import { instantCell, stateCell } from "./cells.ts";
import { printFields, printJson, printTable, wrap } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";
import { colored } from "./terminal.ts";
import { readGrantArgument, rejectTokenArgument } from "./parse-token-argument.ts";
import { actor, withStore } from "./session.ts";

/** The flags of `grant list`. */
interface ListOptions extends JsonOption {
  client?: string;
  subject?: string;
  endingWithin?: number;
  limit: number;
  after?: string;
}

/** `grant list`: prints one page, and on stderr how to get the next one. */
export async function list(options: ListOptions, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { client: clientId, subject, endingWithin, after, limit } = options;
    const listed = await listGrants({ store }, { clientId, subject, endingWithin, after, limit });
    const { items: grants, next } = listed;
    if (options.json) grants.forEach((grant) => printJson(grantJson(grant)));
    else if (endingWithin !== undefined) printEnds(grants, store.now());
    else printGrants(grants, store.now());
    if (next !== null) console.error(`There are more: continue with --after ${next}`);
  });
}

const GRANT_COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "client", importance: 4 },
  { name: "subject", importance: 5 },
  { name: "state", importance: 8 },
  { name: "generation", importance: 2 },
  { name: "last used", importance: 7 },
];

function printGrants(grants: readonly GrantView[], now: number): void {
  const rows = grants.map(({ grant, status }) => {
    const { id, clientId, subject, generation, lastUsedAt } = grant;
    const state = stateCell(status.state, status.state === "active" ? null : status.reason);
    return [id, clientId, subject, state, String(generation), instantCell(lastUsedAt, now)];
  });
  printTable(GRANT_COLUMNS, rows, "No matching grants.");
}

const ENDING_COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "ends", importance: 8 },
  { name: "client", importance: 4 },
  { name: "subject", importance: 5 },
  { name: "last used", importance: 6 },
];

/** Grants that end soon: all of them are active. */
function printEnds(grants: readonly GrantView[], now: number): void {
  const rows = grants.map(({ grant: { id, clientId, subject, expiresAt, lastUsedAt } }) => {
    return [id, instantCell(expiresAt, now), clientId, subject, instantCell(lastUsedAt, now)];
  });
  printTable(ENDING_COLUMNS, rows, "No matching grants.");
}

/**
 * `grant show`: the grant's row and status. What happened to it is `grant explain`.
 *
 * @throws CliError the argument is a token; AdminError `not_found`
 */
export async function show(id: string, options: JsonOption, command: Command): Promise<void> {
  rejectTokenArgument(id);
  await withStore(command, async (store) => {
    const grant = await findGrant({ store }, id);
    if (options.json) printJson(grantJson(grant));
    else printGrant(grant, store.now());
  });
}

/**
 * Prints a grant, one fact a line.
 *
 * @param now the store's clock, ms
 */
function printGrant({ grant, client, status }: GrantView, now: number): void {
  const since = status.state === "active" ? null : status.since;
  printFields({
    grant: grant.id,
    client: client === undefined ? `${grant.clientId} (deleted)` : `${grant.clientId} (${client.name})`,
    subject: grant.subject,
    scope: grant.scope === "" ? "none" : grant.scope,
    state: stateCell(status.state, status.state === "active" ? null : status.reason),
    since: since === null ? undefined : instantWithAge(since, now),
    generation: String(grant.generation),
    created: instantWithAge(grant.createdAt, now),
    "last used": instantWithAge(grant.lastUsedAt, now),
    "expires if unused": status.state === "active" ? instantWithAge(status.idleExpiresAt, now) : undefined,
    "expires at the latest": instantWithAge(grant.expiresAt, now),
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
  await withStore(command, async (store, { config }, opened) => {
    const named =
      "id" in requested
        ? { grantId: requested.id }
        : await parseToken({ ...config, keys: await loadKeys(opened) }, requested.token);
    const extended = await extendGrant({ store }, named.grantId, by, actor());
    if (json) return printJson(extendedGrantJson(extended));
    const [before, after] = [extended.previousExpiresAt, extended.grant.grant.expiresAt];
    console.log(
      `The grant ends at ${instantWithAge(after, store.now())} at the latest, not at ${localInstant(before)}.`,
    );
    console.log("Its client keeps its tokens; the next refresh returns the new end.");
  });
}

/**
 * `grant explain`: the timeline, the conclusion and, for a token, what a refresh with it would do.
 *
 * @throws AdminError `not_found`; `invalid` for a token that is not genuine
 */
export async function explain(argument: string, { json }: JsonOption, command: Command): Promise<void> {
  const requested = await readGrantArgument(argument);
  await withStore(command, async (store, { config }, opened) => {
    // Loaded without creating any: the command changes nothing.
    const keys = await loadKeys(opened);
    const explanation = await explainGrant({ ...config, store, keys }, requested);
    if (json) printJson(explanationJson(explanation));
    else printTimeline(explanation);
  });
}

/** Prints the timeline as paragraphs, the oldest first, so that the cause stands above the conclusion. */
function printTimeline({ history, timeline, preview, conclusion }: GrantExplanation): void {
  console.log(`Grant ${history.grantId}\n`);
  for (const { at, message } of timeline) {
    console.log(`${colored(instantWithAge(at, history.now), "quiet")}\n${wrap(message, "  ")}\n`);
  }
  console.log(colored(wrap(conclusion), "strong"));
  if (preview !== undefined) console.log(`\n${wrap(preview.message)}`);
}
