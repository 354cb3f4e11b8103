import type { Command } from "commander";
import { createProgram } from "../packages/server/src/cli/commands.ts";

/** The reference of the command line, as Markdown: what `--help` prints of each command. */
export function renderCommandLine(): string {
  const program = createProgram();
  // The flags of every command are told once, under the program itself.
  const sections = leaves(program).map((command) => `## ${nameOf(command)}\n\n${helpBlock(command, false)}`);
  return [INTRODUCTION, helpBlock(program, true), ...sections].join("\n\n");
}

const INTRODUCTION = `# The command line

<!-- Made from packages/server/src/cli by \`npm run docs\`. Change it there. -->

The command is the package \`regrant\`. \`npx regrant\` runs it in a checkout and wherever the package is installed, after
\`npm install --global regrant\` also \`regrant\` alone. Data goes to standard output, everything that is said about it to
standard error.
With \`--json\`, a command prints one JSON object, a listing one object a line; instants in it are ISO 8601, lifetimes
seconds. An error is then one line of JSON on standard error: \`{"error","hint","code"}\`, with the code \`not_found\`,
\`invalid\`, \`conflict\` or \`not_allowed\` where an operation was refused. Secrets are read from standard input or a prompt, never from an argument.

| exit code | means |
| --- | --- |
| 0 | done, or so already |
| 1 | refused, not found, or failed: the reason and a hint are on standard error |
| 2 | wrong usage or configuration |
| 75 | not just now (\`EX_TEMPFAIL\`): the database is busy, or a server does not answer; try again |

With \`--server\`, a command administers the service at that URL over [the admin API](../admin-api.md) instead of opening its
database ([guide](../operations.md#administer-from-another-machine)). \`serve\`, \`config\`, \`import\`, \`restore\`,
\`grant issue\`, \`admin token\` and \`console link\` work on the node only.

On a terminal, tables fit its width and have colours: columns of less importance are cut or left out. Piped, they are whole and
plain; a broad terminal or \`--json\` shows everything too. NO_COLOR switches colours off, FORCE_COLOR on.

Every command takes the flags below; [the configuration](configuration.md) has the same settings for file and environment.`;

function leaves(command: Command): Command[] {
  return command.commands.flatMap((each) => {
    // `login` runs by itself and has a subcommand.
    const runs = each.commands.length === 0 || each.options.length > 0;
    return [...(runs ? [each] : []), ...leaves(each)];
  });
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function helpBlock(command: Command, isProgram: boolean): string {
  let text = "";
  command.configureHelp({ showGlobalOptions: false, helpWidth: 100 });
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return ["```text", (isProgram ? text : withoutHelpFlag(text)).trim(), "```"].join("\n");
}

/** Every command has it. */
function withoutHelpFlag(text: string): string {
  return text.replace(/^ {2}-h, --help .*\n/m, "");
}
