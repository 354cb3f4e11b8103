import type { Command } from "commander";
import { consoleLink, createConsoleLink } from "../admin/console-link.ts";
import type { Config } from "../config/resolve-config.ts";
import { listenerUrl } from "../config/resolve-config.ts";
import { isoInstant, localInstant } from "../time-text.ts";
import { CliError } from "./cli-error.ts";
import { printJson } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { examples } from "./program.ts";
import { actor, withStore } from "./session.ts";

/** Adds `regrant console …`. */
export function addConsoleCommands(program: Command): void {
  const group = program.command("console").description("sign operators in at the console of the service");
  group
    .command("link")
    .argument("<account>", "the operator's username or subject")
    .description("print a link that signs an operator in at the console once, within ten minutes")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant console link ada@example.com"))
    .action(link);
}

/**
 * `console link`: prints the link. Whoever has it is signed in as the operator.
 *
 * @throws AdminError `not_found`, `not_allowed`; CliError: the service has no console, or its address is not known
 */
async function link(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store, { config }) => {
    const origin = consoleOrigin(config);
    const { code, expiresAt } = await createConsoleLink({ store }, name, actor());
    const url = consoleLink(origin, code);
    if (json) return printJson({ url, expires_at: isoInstant(expiresAt) });
    console.log(url);
    console.error(`It works once, until ${localInstant(expiresAt)}.`);
  });
}

/** The URL below which the console is. */
export function consoleOrigin(config: Config): string {
  const { issuer, port, admin } = config;
  if (admin === null) {
    throw new CliError("the service has no console", "set REGRANT_ADMIN=on, or to HOST:PORT");
  }
  if (admin !== "on") return listenerUrl({ ...config, ...admin });
  if (issuer !== null) return issuer;
  if (port !== 0) return listenerUrl(config);
  throw new CliError(
    "the issuer is not known: port 0 is any free port",
    "pass --issuer or set REGRANT_ISSUER",
  );
}
