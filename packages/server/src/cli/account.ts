import type { Command } from "commander";
import { create, disable, enable, list, setOperator, setPassword, show } from "./account-actions.ts";
import { examples } from "./program.ts";

/**
 * Adds `regrant account …`. A password is read from standard input or a hidden prompt, never from an argument: other
 * users of the machine can see those.
 */
export function addAccountCommands(program: Command): void {
  const group = program
    .command("account")
    .description("manage the accounts that Regrant keeps")
    .addHelpText(
      "after",
      examples(
        "npx regrant account show ada@example.com",
        "npx regrant account create --username ada@example.com",
        "npx regrant account list --search ada",
      ),
    );
  group
    .command("create")
    .description("create an account; asks for its password unless --password-stdin is given")
    .requiredOption("--username <name>", "the name that the user signs in with")
    .option("--password-stdin", "read the password from standard input")
    .option("--operator", "let it administer this service at /console (default: it may not)")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant account create --username ada@example.com",
        "pass show ada | npx regrant account create --username ada@example.com --password-stdin --json",
      ),
    )
    .action(create);
  group
    .command("list")
    .description("list accounts")
    .option("--search <text>", "only those whose username begins with this, or whose subject it is")
    .option("--operator", "only those that may administer this service")
    .option("--json", "print JSON, one account a line")
    .addHelpText("after", examples("npx regrant account list", "npx regrant account list --search ada"))
    .action(list);
  const byName = (name: string, description: string) =>
    group
      .command(name)
      .argument("<account>", "the account's username or subject")
      .description(description)
      .option("--json", "print JSON")
      .addHelpText("after", examples(`npx regrant account ${name} ada@example.com`));
  byName("show", "show an account and how many active grants it has").action(show);
  // Both take a username or a subject, so that the subject of a token can be looked up.
  byName("set-password", "set an account's password and sign it out of every browser")
    .option("--password-stdin", "read the password from standard input")
    .option("--revoke-grants", "revoke its grants too (default: they stay active)")
    .action(setPassword);
  byName("set-operator", "let an account administer this service at /console")
    .option("--remove", "take that away and sign it out of every browser")
    .action(setOperator);
  byName("disable", "disable an account: it cannot sign in, and its grants are revoked for good").action(
    disable,
  );
  byName("enable", "enable a disabled account; revoked grants stay revoked").action(enable);
}
