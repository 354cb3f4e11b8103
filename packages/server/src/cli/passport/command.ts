import { Option } from "commander";
import type { Command } from "commander";
import { scopes, wholeNumber } from "../option-values.ts";
import { examples } from "../program.ts";
import type { ImportOptions } from "./action.ts";

/** Adds `regrant import passport`. The import itself is loaded when it runs. */
export function addImportCommand(program: Command): void {
  const group = program.command("import").description("import from another token service");
  const seconds = (flag: string, text: string) => new Option(`${flag} <s>`, text).argParser(wholeNumber);
  group
    .command("passport")
    .description("import the clients, sessions and signing key of Laravel Passport 7 to 13")
    .option(
      "--from <url>",
      "Laravel's database: mysql://, postgres:// or sqlite:PATH; - reads the URL from standard input",
    )
    .option("--key-file <file>", "Passport's signing key: storage/oauth-private.key")
    .option("--scope <scope>", "scope of the clients that have none in Passport; repeatable", scopes)
    .addOption(
      seconds("--access-ttl", "access token lifetime of the clients, in seconds (default: Passport's)"),
    )
    .addOption(seconds("--refresh-ttl", "idle lifetime of the clients, in seconds (default: Passport's)"))
    .option("--dry-run", "report what the import would do, and write nothing")
    .option("--live", "repeat while Passport runs, until stopped")
    .addOption(seconds("--interval", "with --live: pause between two passes, in seconds").default(60))
    .option("--after <id>", "continue an import that was stopped")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Nothing is written to Laravel's database. Each import adds what is new since the last one, and removes sessions that have
ended there and were not refreshed here. Other users of this machine can see arguments: put a URL with a password
in REGRANT_PASSPORT_DATABASE or pass it on standard input. Needs REGRANT_PASSPORT_KEY, which is Laravel's APP_KEY.
docs/passport.md has the steps of a migration.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant import passport --dry-run",
        "npx regrant import passport --key-file storage/oauth-private.key --scope 'read write'",
        "npx regrant import passport --from sqlite:database/database.sqlite --live",
      ),
    )
    .action(async (options: ImportOptions, command: Command) =>
      (await import("./action.ts")).importFromPassport(options, command),
    );
}
