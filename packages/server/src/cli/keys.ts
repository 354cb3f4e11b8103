import type { Command } from "commander";
import type { JsonOption } from "./output.ts";
import { examples } from "./program.ts";

/** Loaded when a command runs: the code that creates keys takes long to load. */
const actions = () => import("./key-actions.ts");

/** Adds `regrant keys …`. A running service rotates its keys by itself; these commands are for migrations and leaks. */
export function addKeysCommands(program: Command): void {
  const group = program
    .command("keys")
    .description("manage the keys that sign access tokens and protect refresh tokens")
    .addHelpText("after", examples("npx regrant keys list", "npx regrant keys rotate"));
  group
    .command("list")
    .description("list keys and what each is used for now")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant keys list"))
    .action(async (options: JsonOption, command: Command) => (await actions()).list(options, command));
  group
    .command("rotate")
    .description(
      "create the next key: it is published before it signs, and tokens under older keys stay valid",
    )
    .option("--mac", "rotate the MAC key of refresh tokens instead of the signing key")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant keys rotate", "npx regrant keys rotate --mac"))
    .action(async (options: JsonOption & { mac?: true }, command: Command) => {
      const { rotateMac, rotateSigning } = await actions();
      await (options.mac ? rotateMac(options, command) : rotateSigning(options, command));
    });
  group
    .command("import")
    .argument(
      "<file>",
      "an RSA private key in PEM, such as Laravel's storage/oauth-private.key; - reads standard input",
    )
    .description(
      "import the signing key of another token service: it is published, tokens that it signed stay valid, and it " +
        "signs until the next rotation",
    )
    .option("--verify-only", "create a new key that signs in its place")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant keys import storage/oauth-private.key"))
    .action(async (file: string, options: JsonOption & { verifyOnly?: true }, command: Command) =>
      (await actions()).importKey(file, options, command),
    );
  group
    .command("distrust")
    .argument("<key>", "a MAC key's number or a signing key's kid, as keys list shows them")
    .description(
      "refuse the tokens of a leaked key: refresh tokens of a MAC key, access tokens of a signing key",
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("npx regrant keys distrust 3", "npx regrant keys distrust 3yT9vUhEq2Lx0pMkZbGw"),
    )
    .action(async (key: string, options: JsonOption, command: Command) =>
      (await actions()).distrust(key, options, command),
    );
}
