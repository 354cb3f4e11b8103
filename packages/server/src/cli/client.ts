import type { Command } from "commander";
import { create, disable, enable, list, remove, rotate, show, update } from "./client-actions.ts";
import { addClientFlags } from "./client-options.ts";
import { examples } from "./program.ts";
import { wholeNumber } from "./option-values.ts";

/** A day, in s: the time to deploy the new secret wherever the old one is used. */
const SECRET_OVERLAP = 86_400;

/** Adds `regrant client …`. Most flags derive from the table of client settings (`client-options.ts`). */
export function addClientCommands(program: Command): void {
  const group = program
    .command("client")
    .description("manage the registered clients")
    .addHelpText(
      "after",
      examples(
        "npx regrant client list",
        "npx regrant client create --help",
        "npx regrant client show 7d0c…",
      ),
    );
  addCreate(group);
  addUpdate(group);
  addRotateSecret(group);
  group
    .command("list")
    .description("list clients")
    .option("--search <text>", "only those with this in their name or address, or with this id")
    .option("--json", "print JSON, one client a line")
    .addHelpText(
      "after",
      examples("npx regrant client list", "npx regrant client list --json | jq -r .client_id"),
    )
    .action(list);
  const byId = (name: string, description: string) =>
    group
      .command(name)
      .argument("<client-id>")
      .description(description)
      .option("--json", "print JSON")
      .addHelpText("after", examples(`npx regrant client ${name} 7d0c…`));
  byId("show", "show a client's settings; its secret is not stored").action(show);
  byId("disable", "refuse the client and revoke its grants").action(disable);
  byId("enable", "accept a disabled client again; its revoked grants stay revoked").action(enable);
  byId("delete", "remove the client and revoke its grants").action(remove);
}

/** `client create`. `--public` is not in the table of settings, because it cannot be changed afterwards. */
function addCreate(group: Command): void {
  const command = group
    .command("create")
    .description("register a client and print its secret, once")
    .option("--public", "public client, without a secret: a native or browser-based app");
  addClientFlags(command, "create");
  command
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Without --grant-type, a new client may only use refresh_token.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant client create --name Shop --scope read --scope write",
        "npx regrant client create --name Phone --public --grant-type authorization_code --grant-type refresh_token " +
          "--redirect-uri https://app.example.com/callback",
        "npx regrant client create --name Reports --grant-type client_credentials --json",
        "npx regrant client create --name Ledger --grant-type client_credentials " +
          "--token-endpoint-auth-method private_key_jwt --jwks keys.json",
      ),
    )
    .action(create);
}

/** `client update`, with the `--no-…` forms of the flags. */
function addUpdate(group: Command): void {
  const command = group
    .command("update")
    .argument("<client-id>")
    .description("change a client's settings; running services notice within a second");
  addClientFlags(command, "update");
  command
    .option("--release", "let a client that registered itself change again what an operator has set")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
A repeatable flag replaces the whole list; an empty value empties it.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant client update 7d0c… --retry-window 60 --late-retry refuse",
        'npx regrant client update 7d0c… --scope read --scope write --redirect-uri ""',
      ),
    )
    .action(update);
}

function addRotateSecret(group: Command): void {
  group
    .command("rotate-secret")
    .argument("<client-id>")
    .description("replace the client's secret and print the new one, once")
    .option(
      "--overlap <s>",
      "how long the old secret still works, s; 0 ends it at once",
      wholeNumber,
      SECRET_OVERLAP,
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant client rotate-secret 7d0c…",
        "npx regrant client rotate-secret 7d0c… --overlap 0",
      ),
    )
    .action(rotate);
}
