import type { Command } from "commander";
import type { GrantExplanationJson } from "../admin/grants/explain.ts";
import { allItems } from "../admin/listing.ts";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import type { Administration } from "./administration.ts";
import { CliError } from "./cli-error.ts";
import { printJson, wrap } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { readGrantArgument } from "./parse-token-argument.ts";
import { printable } from "./printable.ts";
import { colored } from "./terminal.ts";

/** The flags of `grant explain`. */
interface ExplainOptions extends JsonOption {
  username?: string;
}

/** Grants of one person that are explained; the others are counted. */
const MOST = 20;

/** The id of a grant, a UUIDv7. Subjects are other UUIDs, or what another service calls its users. */
const GRANT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `grant explain`: the timeline, the conclusion and, for a token, what a refresh with it would do. Of a user with several
 * grants, the conclusion of each.
 *
 * @throws CliError not exactly one of an argument and --username; `not_found`; `invalid` for a token that is not genuine
 */
export async function explain(
  argument: string | undefined,
  { username, json }: ExplainOptions,
  command: Command,
): Promise<void> {
  if ((argument === undefined) === (username === undefined)) {
    const hint = "pass a grant's id, a subject, a username, or - to read a refresh token from standard input";
    throw new CliError("pass what to explain, once", hint, 2);
  }
  const requested = argument === undefined ? undefined : await readGrantArgument(argument);
  await withAdministration(command, async (administration) => {
    const { call, now } = administration;
    if (requested !== undefined && "token" in requested) {
      const explanation = await call("grants.explainToken", { body: requested });
      return json ? printJson(explanation) : printTimeline(explanation, now());
    }
    if (requested !== undefined && GRANT_ID.test(requested.id)) {
      const explanation = await call("grants.explain", { path: { grant_id: requested.id } });
      return json ? printJson(explanation) : printTimeline(explanation, now());
    }
    await explainUser(administration, requested?.id ?? username ?? "", {
      json,
      isUsername: requested === undefined,
    });
  });
}

/** Explains the grants of a user, the newest first. @throws CliError there are none */
async function explainUser(
  administration: Administration,
  name: string,
  { json, isUsername }: { json: true | undefined; isUsername: boolean },
): Promise<void> {
  const { call, now } = administration;
  const subject = await subjectOf(administration, name, isUsername);
  const grants = await allItems((page) => call("grants.list", { query: { subject, ...page } }));
  if (grants.length === 0) {
    const hint =
      "its grants may have been removed, 7 days after they ended: npx regrant events --subject lists what is left";
    throw new CliError(`no grants of ${name}`, hint, 1, "not_found");
  }
  const newest = grants.toReversed().slice(0, MOST);
  const explanations: GrantExplanationJson[] = [];
  for (const { grant_id: id } of newest)
    explanations.push(await call("grants.explain", { path: { grant_id: id } }));
  if (json) return explanations.forEach((explanation) => printJson(explanation));
  const [only] = explanations;
  if (grants.length === 1 && only !== undefined) return printTimeline(only, now());
  printConclusions(explanations);
  const rest = grants.length - newest.length;
  if (rest > 0) console.error(`${rest} older grants: npx regrant grant list --subject ${subject}`);
  console.error("npx regrant grant explain GRANT-ID tells what happened to one.");
}

/** A subject by its account's username, or the subject itself. @throws CliError `not_found`: no account has the username */
async function subjectOf({ call }: Administration, name: string, isUsername: boolean): Promise<string> {
  try {
    return (await call("accounts.get", { path: { account: name } })).subject;
  } catch (error) {
    // Subjects of another user store are no accounts.
    const isUnknown = error instanceof CliError && error.code === "not_found";
    if (isUnknown && !isUsername) return name;
    throw error;
  }
}

/** Prints one paragraph a grant: what it is, and its conclusion. */
function printConclusions(explanations: readonly GrantExplanationJson[]): void {
  const paragraphs = explanations.map(
    ({ grant_id: id, client_id: clientId, client_name: name, conclusion }) => {
      const client = name === null ? clientId : `"${name}" (${clientId})`;
      return `${colored(`Grant ${printable(id)}`, "strong")} of the client ${printable(client)}\n${wrap(conclusion, "  ")}`;
    },
  );
  console.log(paragraphs.join("\n\n"));
}

/** Prints the timeline as paragraphs, the oldest first, so that the cause stands above the conclusion. */
function printTimeline(
  { grant_id: id, timeline, preview, conclusion }: GrantExplanationJson,
  now: number,
): void {
  console.log(`Grant ${printable(id)}\n`);
  for (const { at, message } of timeline) {
    console.log(`${colored(instantWithAge(Date.parse(at), now), "quiet")}\n${wrap(message, "  ")}\n`);
  }
  console.log(colored(wrap(conclusion), "strong"));
  if (preview !== null) console.log(`\n${wrap(preview.message)}`);
}
