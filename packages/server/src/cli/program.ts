import { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The program `regrant`, without its commands. */
export function newProgram(): Command {
  return new Command("regrant")
    .description("An OAuth 2.0 token service whose heart is the refresh.")
    .version(version())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(toMessage(text)) })
    .showHelpAfterError("  hint: add --help to see what the command takes");
}

/** The parser's messages in the form of ours; surplus arguments may be secrets, so only their number is printed. */
function toMessage(text: string): string {
  return text
    .replace(/^error: /, "regrant: ")
    .replace(/^(regrant: too many arguments.* but got \d+): .*\.$/ms, "$1.");
}

/** The version of the package, whose file is as far from the sources as from what is built. */
function version(): string {
  const file = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}

/** The examples after a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
