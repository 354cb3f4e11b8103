import type { Command } from "commander";
import { randomUUID } from "node:crypto";
import { newRegistrationToken, registrationTokenDigest } from "../clients/self-registration.ts";
import { wholeNumber } from "./option-values.ts";
import { examples } from "./examples.ts";
import { CliError } from "./cli-error.ts";
import { allPages, instantWithAge, isoInstant, printFields, printJson, printTable } from "./output.ts";
import { actor, withStore } from "./session.ts";

/** s: a week. */
const DEFAULT_TTL = 604_800;

interface JsonOption {
  json?: true;
}

/** Adds `regrant registration-token …`. */
export function addRegistrationTokenCommands(program: Command): void {
  const group = program
    .command("registration-token")
    .description("tokens that let applications register themselves (RFC 7591)");
  group
    .command("create")
    .description("make a token and print it, once")
    .requiredOption("--name <name>", "whom it is for")
    .option("--uses <number>", "how many applications it may register; 0 is any number", wholeNumber, 1)
    .option("--ttl <s>", "how long it works, s; 0 is for ever", wholeNumber, DEFAULT_TTL)
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
    .description("list the tokens that have not expired; what they are is kept nowhere")
    .option("--json", "print JSON, a token a line")
    .addHelpText("after", examples("npx regrant registration-token list"))
    .action(list);
  group
    .command("delete")
    .argument("<id>")
    .description("end a token; applications that it registered stay")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant registration-token delete 7d0c…"))
    .action(remove);
}

async function create(
  { name, uses, ttl, json }: JsonOption & { name: string; uses: number; ttl: number },
  command: Command,
): Promise<void> {
  if (name.trim() === "") throw new CliError("the name is empty", "say whom the token is for", 2);
  await withStore(command, async (store, { config }) => {
    const id = randomUUID();
    const token = newRegistrationToken();
    const limits = { uses: uses === 0 ? null : uses, ttl: ttl === 0 ? null : ttl };
    const made = { id, digest: registrationTokenDigest(token), name: name.trim(), ...limits };
    await store.registrations.createToken(made, actor());
    const expiresAt = limits.ttl === null ? null : store.now() + limits.ttl * 1000;
    if (json) {
      const rest = { name: made.name, uses: limits.uses, expires_at: isoInstant(expiresAt) };
      return printJson({ id, registration_token: token, ...rest });
    }
    printFields({ id, registration_token: token, expires: endText(expiresAt, store.now()) });
    console.log("\nThe token is shown this once; Regrant keeps only its SHA-256.");
    if (config.registration !== "token") {
      console.error(`It is of use once REGRANT_REGISTRATION is "token"; now it is "${config.registration}".`);
    }
  });
}

async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const tokens = await allPages(
      (page) => store.registrations.listTokens(page),
      ({ id }) => id,
    );
    const alive = tokens.filter(({ expiresAt }) => expiresAt === null || expiresAt > store.now());
    if (json) {
      for (const { id, name, usesLeft, createdAt, expiresAt } of alive) {
        const life = { created_at: isoInstant(createdAt), expires_at: isoInstant(expiresAt) };
        printJson({ id, name, uses_left: usesLeft, ...life });
      }
      return;
    }
    const rows = alive.map(({ id, name, usesLeft, expiresAt }) => [
      id,
      name,
      usesLeft === null ? "any" : String(usesLeft),
      endText(expiresAt, store.now()),
    ]);
    printTable(["id", "name", "uses left", "expires"], rows, "There are no registration tokens.");
  });
}

async function remove(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async ({ registrations }) => {
    if (!(await registrations.deleteToken(id, actor()))) {
      throw new CliError(
        `there is no registration token ${id}`,
        "npx regrant registration-token list shows all of them",
      );
    }
    console.error("The token is ended; applications that it registered stay.");
    if (json) printJson({ id, deleted: true });
  });
}

function endText(expiresAt: number | null, now: number): string {
  return expiresAt === null ? "never" : instantWithAge(expiresAt, now);
}
