import { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The command line, without commands yet. */
export function newProgram(): Command {
  return new Command("regrant")
    .description("An OAuth 2.0 token service whose heart is the refresh.")
    .version(version())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(told(text)) })
    .showHelpAfterError("  hint: add --help to see what the command takes");
}

/** The parser's message in the form of ours; of arguments too many, which may be secrets, the number alone. */
function told(text: string): string {
  return text
    .replace(/^error: /, "regrant: ")
    .replace(/^(regrant: too many arguments.* but got \d+): .*\.$/ms, "$1.");
}

/** The package's; its file is as far from the sources as from what is built. */
function version(): string {
  const file = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
