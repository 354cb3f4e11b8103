import type { Command } from "commander";
import { durationText } from "../time-text.ts";
import { wholeNumber } from "./option-values.ts";
import { printJson } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { examples } from "./program.ts";
import { actor } from "./session.ts";

/** s */
const DEFAULT_TTL = 3600;

interface TokenOptions extends JsonOption {
  read?: true;
  ttl: number;
}

/** Adds `regrant admin …`: what the use of the admin API begins with. Scripts rely on `token --read --json`. */
export function addAdminCommands(program: Command): void {
  const group = program.command("admin").description("use the admin API");
  group
    .command("token")
    .description(
      "make an access token for the admin API, which acts in the name of this user; it needs the database and its key",
    )
    .option("--read", "the token only reads")
    .option("--ttl <s>", "lifetime in seconds, at most a day", wholeNumber, DEFAULT_TTL)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("npx regrant admin token", "npx regrant admin token --read --ttl 300 --json"),
    )
    .action(token);
}

/** `admin token`: the token alone on stdout, or with `--json` the members of a token response (RFC 6749 §5.1). */
async function token({ read, ttl, json }: TokenOptions, command: Command): Promise<void> {
  const { issueAdminToken } = await import("../admin/admin-token.ts");
  const { withKeys } = await import("./with-keys.ts");
  const accessToken = await withKeys(command, async (parts) =>
    issueAdminToken(parts, { readOnly: read === true, ttl }, actor()),
  );
  if (json) return printJson({ access_token: accessToken, expires_in: ttl });
  console.log(accessToken);
  console.error(`It expires in ${durationText(ttl * 1000)}. Whoever has it can administer the service.`);
}
