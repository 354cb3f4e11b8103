import { Command } from "commander";
import { VERSION } from "../config/version.ts";
import { asksForJson, errorLine } from "./cli-error.ts";
import { colored } from "./terminal.ts";

const HINT = "add --help to see what the command takes";

/** Makes the program `regrant`, without its commands. Commander throws instead of exiting; see `printError`. */
export function newProgram(): Command {
  return new Command("regrant")
    .description("An OAuth 2.0 token service built around the refresh.")
    .version(VERSION)
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 30,
      styleTitle: (title) => colored(title, "strong"),
    })
    .configureOutput({
      outputError: (text, write) => {
        if (asksForJson()) console.error(errorLine(toMessage(text).replace(/^regrant: |\n$/g, ""), HINT));
        else write(toMessage(text).replace(/^regrant:/, colored("regrant:", "bad", process.stderr)));
      },
      // The hint is in the line of JSON.
      ...(asksForJson() && { writeErr: () => {} }),
    })
    .showHelpAfterError(colored(`  hint: ${HINT}`, "quiet", process.stderr));
}

/**
 * Rewrites the parser's messages to the form of `printError`. Surplus arguments may be secrets, so they are only
 * counted.
 */
function toMessage(text: string): string {
  return text
    .replace(/^error: /, "regrant: ")
    .replace(/^(regrant: too many arguments.* but got \d+): .*\.$/ms, "$1.");
}

/** Formats examples as the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  const title = colored(lines.length === 1 ? "Example:" : "Examples:", "strong");
  return `\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
