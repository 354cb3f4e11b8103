import type { Command } from "commander";
import { create, disable, enable, list, remove, rotate, show, update } from "./client-actions.ts";
import { addClientFlags, wholeNumber } from "./client-options.ts";
import { examples } from "./examples.ts";

/** s: a day to bring the new secret to every place that uses the old one. */
const SECRET_OVERLAP = 86_400;

/** Adds `regrant client …`. */
export function addClientCommands(program: Command): void {
  const group = program.command("client").description("the registered applications");
  addCreate(group);
  addUpdate(group);
  addRotateSecret(group);
  group
    .command("list")
    .description("list the clients")
    .option("--json", "print JSON, a client a line")
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
  byId("show", "show a client's settings; its secret is kept nowhere").action(show);
  byId("disable", "refuse the client and end its grants, for good").action(disable);
  byId("enable", "let a disabled client in again; its old grants stay ended").action(enable);
  byId("delete", "remove the client; its grants end").action(remove);
}

function addCreate(group: Command): void {
  const command = group
    .command("create")
    .description("register a client and print its secret, once")
    .requiredOption("--name <name>", "what people call it")
    .option("--public", "it cannot keep a secret: an app on a device, a page in a browser");
  addClientFlags(command);
  command
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
A new client may use refresh_token only, unless --grant-type says otherwise.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant client create --name Shop --scope read --scope write",
        "npx regrant client create --name Phone --public --redirect-uri https://app.example.com/callback",
        "npx regrant client create --name Reports --grant-type client_credentials --json",
      ),
    )
    .action(create);
}

function addUpdate(group: Command): void {
  const command = group
    .command("update")
    .argument("<client-id>")
    .description("change a client's settings; running services notice within a second")
    .option("--name <name>", "what people call it");
  addClientFlags(command);
  command
    .option("--no-audience", "aud of its access tokens is the service's again")
    .option("--no-resource-server", "it may introspect its own tokens only")
    .option("--no-login-provider", "it may not say who somebody is any more")
    .option("--no-first-party", "people are asked for consent again")
    .option("--no-require-pkce", "a confidential client may do without PKCE")
    .option("--no-require-par", "its authorization requests need not be pushed")
    .option("--no-logo-uri", "it has no logo; likewise the three that follow")
    .option("--no-client-uri", "it has no home page")
    .option("--no-policy-uri", "it has no privacy policy")
    .option("--no-tos-uri", "it has no terms of service")
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
    .description("give the client a new secret and print it, once")
    .option(
      "--overlap <s>",
      "how long the old secret still works; 0 ends it at once",
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
