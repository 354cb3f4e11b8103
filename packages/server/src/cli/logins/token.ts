import type { GetTokenOptions, Token } from "@regrant/client";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";
import { isoInstant, printJson } from "../output.ts";
import { loginsHome } from "./home.ts";
import { openLogin } from "./open-login.ts";
import { readStdin } from "./stdin.ts";
import { printable } from "./printable.ts";
import { sessionFault } from "./session-fault.ts";

export interface TokenOptions {
  account: string;
  json?: true;
  header?: true;
  exec?: true;
  env?: string;
  minValidity?: number;
  force?: true;
  rejected?: true;
}

/** Prints a login's access token, or runs a command with it. */
export async function token(words: readonly string[], options: TokenOptions): Promise<void> {
  refuseMisuse(words, options);
  const { account } = options;
  const { client } = openLogin(loginsHome(), account);
  const wanted = await wantedToken(options);
  const token = await client.getToken(wanted).catch((error: unknown) => {
    throw sessionFault(error, account);
  });
  refuseOtherTypes(token);
  const [file, ...args] = words;
  if (file !== undefined) return runWith(token, file, args, options.env);
  if (options.json) return printJson(tokenJson(token, account));
  console.log(options.header ? `Authorization: Bearer ${token.accessToken}` : token.accessToken);
}

/** What stands where nothing should is not repeated: it may be a token. */
function refuseMisuse([file]: readonly string[], { exec, env, rejected }: TokenOptions): void {
  if (exec && file === undefined) throw new CliError("--exec needs a command after --", undefined, 2);
  if (!exec && file !== undefined) {
    const hint = rejected
      ? "the refused token comes on standard input, since other users can see arguments"
      : "npx regrant token --exec -- COMMAND runs a command";
    throw new CliError("there is an argument too many", hint, 2);
  }
  if (!exec && env !== undefined) throw new CliError("--env goes with --exec", undefined, 2);
}

async function wantedToken({ minValidity, force, rejected }: TokenOptions): Promise<GetTokenOptions> {
  return {
    ...(minValidity !== undefined && { minValidityMs: minValidity * 1000 }),
    ...(force && { mode: "force" as const }),
    ...(rejected && { rejected: await rejectedToken() }),
  };
}

async function rejectedToken(): Promise<string> {
  const token = (await readStdin()).trim();
  if (token === "") throw new CliError("--rejected needs the refused token on standard input", undefined, 2);
  return token;
}

function refuseOtherTypes({ tokenType }: Token): void {
  if (tokenType.toLowerCase() === "bearer") return;
  const message = `the server's tokens are of the type ${printable(tokenType)}, of which each use needs a proof`;
  throw new CliError(message, "only Bearer tokens can be handed to a script", 2);
}

async function runWith(
  token: Token,
  file: string,
  args: readonly string[],
  name: string = LOGIN_VARIABLES.accessToken,
) {
  const { execute } = await import("./exec.ts");
  await execute(file, args, { ...process.env, [name]: token.accessToken });
}

function tokenJson(
  { accessToken, tokenType, expiresAt, scope }: Token,
  account: string,
): Record<string, unknown> {
  return {
    access_token: accessToken,
    token_type: tokenType,
    expires_at: isoInstant(expiresAt ?? null),
    scope: scope ?? null,
    account,
  };
}
