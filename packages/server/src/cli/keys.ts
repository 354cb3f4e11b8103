import type { Command } from "commander";
import { wholeNumber } from "./client-options.ts";
import { examples } from "./examples.ts";

interface JsonOption {
  json?: true;
}

/** Loaded when they are needed: what makes keys takes a while to load. */
const actions = () => import("./key-actions.ts");

/** Adds `regrant keys …`. */
export function addKeysCommands(program: Command): void {
  const group = program
    .command("keys")
    .description("the keys that sign access tokens and protect refresh tokens");
  group
    .command("list")
    .description("list the keys and what each is for now")
    .option("--json", "print JSON")
    .addHelpText("after", examples("regrant keys list"))
    .action(async (options: JsonOption, command: Command) => (await actions()).list(options, command));
  group
    .command("rotate")
    .description("make the next key: it is published before it signs, and what older ones made stays valid")
    .option("--mac", "the MAC key of refresh tokens instead of the signing key")
    .option("--json", "print JSON")
    .addHelpText("after", examples("regrant keys rotate", "regrant keys rotate --mac"))
    .action(async (options: JsonOption & { mac?: true }, command: Command) => {
      const { rotateMac, rotateSigning } = await actions();
      await (options.mac ? rotateMac(options, command) : rotateSigning(options, command));
    });
  group
    .command("distrust")
    .argument("<mac-number>", "as regrant keys list shows it", wholeNumber)
    .description("refuse every refresh token under a leaked MAC key; their holders must sign in again")
    .option("--json", "print JSON")
    .addHelpText("after", examples("regrant keys distrust 3"))
    .action(async (number: number, options: JsonOption, command: Command) =>
      (await actions()).distrust(number, options, command),
    );
}
