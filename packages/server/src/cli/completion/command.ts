import { Argument } from "commander";
import type { Command } from "commander";
import { examples } from "../program.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { completedCommands } from "./tree.ts";
import type { CompletedCommand } from "./tree.ts";
import { zshCompletion } from "./zsh.ts";

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Adds `regrant completion`: a script made of all commands of the program, so that a shell starts nothing to complete. */
export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SHELLS)))
    .description("print a script that completes commands, options and their values in a shell")
    .configureHelp({ showGlobalOptions: false })
    .helpGroup("Commands for your shell:")
    .addHelpText(
      "after",
      `
It completes the command regrant itself (npm install --global regrant), not npx regrant. Write it again after an upgrade.`,
    )
    .addHelpText(
      "after",
      examples(
        "npx regrant completion bash > ~/.local/share/bash-completion/completions/regrant",
        'npx regrant completion zsh > "${fpath[1]}/_regrant"',
        "npx regrant completion fish > ~/.config/fish/completions/regrant.fish",
      ),
    )
    .action((shell: string) => {
      process.stdout.write(SHELLS[shell]?.(completedCommands(program)) ?? "");
    });
}
