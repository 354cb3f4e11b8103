import { Option } from "commander";
import type { Command } from "commander";
import { scopes, wholeNumber } from "../option-values.ts";
import { examples } from "../examples.ts";

/** What `import passport` was told. */
export interface ImportOptions {
  from?: string;
  keyFile?: string;
  scope?: string[];
  accessTtl?: number;
  refreshTtl?: number;
  dryRun?: true;
  live?: true;
  interval: number;
  after?: string;
  json?: true;
}

/** Adds `regrant import passport`. */
export function addImportCommand(program: Command): void {
  const group = program.command("import").description("take over what another token service keeps");
  const seconds = (flag: string, text: string) => new Option(`${flag} <s>`, text).argParser(wholeNumber);
  group
    .command("passport")
    .description("take over the clients, sessions and signing key of Laravel Passport 7 to 13")
    .option(
      "--from <url>",
      "Laravel's database: mysql://, postgres:// or sqlite:PATH; - reads the URL from standard input",
    )
    .option("--key-file <file>", "the key that Passport signs with: storage/oauth-private.key")
    .option("--scope <scope>", "a scope of clients for which Passport names none; repeatable", scopes)
    .addOption(seconds("--access-ttl", "lifetime of the clients' access tokens, s (default: Passport's)"))
    .addOption(seconds("--refresh-ttl", "how long a refresh token may lie unused, s (default: Passport's)"))
    .option("--dry-run", "write nothing: tell what would be done")
    .option("--live", "go on while Passport runs: again and again, until it is stopped")
    .addOption(seconds("--interval", "with --live: rest between two times, s").default(60))
    .option("--after <id>", "go on where an import was stopped")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Nothing is written to Laravel's database. Each import takes over what is new in it since the last one, and takes back
sessions that ended there and were not refreshed here. Other users of this machine can see a URL in an argument: give one
with a password as REGRANT_PASSPORT_DATABASE or on standard input. Needs REGRANT_PASSPORT_KEY, which is Laravel's APP_KEY.
The steps of a move: docs/passport.md.`,
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
