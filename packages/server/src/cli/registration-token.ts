import type { Command } from "commander";
import { allItems } from "../admin/listing.ts";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import { instantCell } from "./cells.ts";
import { wholeNumber } from "./option-values.ts";
import { examples } from "./program.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";

/** A week, in s. */
const DEFAULT_TTL = 604_800;

/** Adds `regrant registration-token …`: the initial access tokens of RFC 7591 §3. */
export function addRegistrationTokenCommands(program: Command): void {
  const group = program
    .command("registration-token")
    .description("manage tokens with which clients register themselves (RFC 7591)")
    .addHelpText("after", examples("npx regrant registration-token create --name Partner"));
  group
    .command("create")
    .description("create a token and print it once")
    .requiredOption("--name <name>", "who the token is for")
    .option("--uses <number>", "how many clients it may register; 0: any number", wholeNumber, 1)
    .option("--ttl <s>", "lifetime in seconds; 0: it does not expire", wholeNumber, DEFAULT_TTL)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant registration-token create --name Partner",
        "npx regrant registration-token create --name Fair --uses 100 --ttl 86400 --json",
      ),
    )
    .action(create);
  group
    .command("list")
    .description("list tokens that have not expired, without the tokens themselves")
    .option("--json", "print JSON, one token a line")
    .addHelpText("after", examples("npx regrant registration-token list"))
    .action(list);
  group
    .command("delete")
    .argument("<id>", "the token's id, as list prints it")
    .description("delete a token; clients that it registered stay")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant registration-token delete 7d0c…"))
    .action(remove);
}

/**
 * `registration-token create`: prints the token, once. It warns on stderr if the service does not require such
 * tokens, since the command may run with another configuration than the service.
 */
async function create(
  { name, uses, ttl, json }: JsonOption & { name: string; uses: number; ttl: number },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call, now, local }) => {
    const wanted = { name, uses: uses === 0 ? null : uses, ttl: ttl === 0 ? null : ttl };
    const created = await call("registrationTokens.create", { body: wanted });
    if (json) return printJson(created);
    const { id, registration_token: token, expires_at: expiresAt } = created;
    printFields({ id, registration_token: token, expires: endText(expiresAt, now()) });
    console.log("\nThe token is not shown again; Regrant stores only its SHA-256.");
    const mode = local?.session.config.registration;
    if (mode !== undefined && mode !== "token") {
      const is = `REGRANT_REGISTRATION is "${mode}"`;
      console.error(`The token has no effect yet: ${is}. Set it to "token".`);
    }
  });
}

const TOKEN_COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "name", importance: 8 },
  { name: "uses left", importance: 5 },
  { name: "expires", importance: 7 },
];

/** `registration-token list`: the unexpired tokens' records, as a table or as JSON, one a line. */
async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const tokens = await allItems((page) => call("registrationTokens.list", { query: page }));
    if (json) return tokens.forEach((token) => printJson(token));
    const rows = tokens.map(({ id, name, uses_left: left, expires_at: end }) => [
      id,
      name,
      left === null ? "any" : String(left),
      instantCell(end === null ? null : Date.parse(end), now()),
    ]);
    printTable(TOKEN_COLUMNS, rows, "No registration tokens.");
  });
}

/**
 * `registration-token delete`.
 *
 * @throws AdminError `not_found`
 */
async function remove(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    await call("registrationTokens.delete", { path: { id } });
    console.error("The registration token is deleted; clients that it registered stay.");
    if (json) printJson({ id, deleted: true });
  });
}

/** When a token expires. @param now ms */
function endText(end: string | null, now: number): string {
  return end === null ? "never" : instantWithAge(Date.parse(end), now);
}
