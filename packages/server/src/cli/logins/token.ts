import type { GetTokenOptions, Token } from "@regrant/client";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";
import { durationText, isoInstant } from "../../time-text.ts";
import { printJson } from "../output.ts";
import { loginsHome } from "./home.ts";
import { bindLogin } from "./dpop.ts";
import { storedRefreshToken } from "./explanation.ts";
import { openLogin } from "./open-login.ts";
import { checkRequestOptions, checkTokenType, headerLines, proofFor } from "./request-headers.ts";
import type { RequestOptions } from "./request-headers.ts";
import { readStdin } from "./secret-input.ts";
import { tidyToken } from "./secret-text.ts";
import { sessionError } from "./session-error.ts";
import { askWhy, printWhy } from "./why.ts";
import { printTokenStatus, sessionEndsJson } from "./token-status.ts";

/** The options of `regrant token`. */
export interface TokenOptions extends RequestOptions {
  account: string;
  json?: true;
  /** Print an `Authorization` header instead of the bare token. */
  header?: true;
  /** Run the command with the token in its environment. */
  exec?: true;
  /** Name of the environment variable of `exec`. */
  env?: string;
  /** s */
  minValidity?: number;
  force?: true;
  /** Bind the tokens to a key from their next refresh on. */
  dpop?: true;
  /** Print when the token and the session end, and no token. */
  status?: true;
  /** Print what the server says became of the refresh token, and no token. */
  why?: true;
  /** Read a rejected token from standard input and replace it. */
  rejected?: true;
}

/**
 * Prints a login's access token, refreshed if necessary, or its status, or runs a command with it.
 *
 * @param command with `exec`, the program and its arguments
 * @throws {CliError} no session (1), invalid usage or configuration (2), temporarily unavailable (75)
 */
export async function token(command: readonly string[], options: TokenOptions): Promise<void> {
  checkUsage(command, options);
  const { account } = options;
  if (options.status) return printTokenStatus(options);
  if (options.why) return printWhy(options);
  const home = loginsHome();
  if (options.dpop) await bindLogin(home, account);
  const { client, login } = openLogin(home, account);
  checkRequestOptions(options, login);
  const tokenOptions = await getTokenOptions(options);
  const stored = await storedRefreshToken(home, account);
  const token = await client.getToken(tokenOptions).catch(async (error: unknown) => {
    throw sessionError(error, account, login, await askWhy(home, account, { error, login, token: stored }));
  });
  checkTokenType(token, options, client.dpop);
  warnOfShortValidity(token, options);
  const [file, ...args] = command;
  if (file !== undefined) return runWith(token, file, args, options.env);
  const proof = await proofFor(token, options, client.dpop);
  if (options.json) {
    const ends = sessionEndsJson(await client.status());
    return printJson({ ...tokenJson(token, account), ...ends, ...(proof !== undefined && { dpop: proof }) });
  }
  console.log(options.url !== undefined || options.header ? headerLines(token, proof) : token.accessToken);
}

/** A refresh helps neither against an unknown end nor against a lifetime that is short. */
function warnOfShortValidity({ expiresAt }: Token, { minValidity = 0 }: TokenOptions): void {
  const left = expiresAt === undefined ? undefined : expiresAt - Date.now();
  if (minValidity > 0 && left === undefined) {
    console.error("The server does not say when the token expires: --min-validity has no effect.");
  } else if (left !== undefined && left < minValidity * 1000) {
    console.error(
      `The token is valid for ${durationText(left)}, less than --min-validity ${minValidity}: ` +
        "no more than half of its lifetime can be asked for.",
    );
  }
}

/** An unexpected argument is not repeated in the error: it may be a token. */
function checkUsage([file]: readonly string[], { exec, env, rejected }: TokenOptions): void {
  if (exec && file === undefined) throw new CliError("--exec requires a command after --", undefined, 2);
  if (!exec && file !== undefined) {
    const hint = rejected
      ? "pass the rejected token on standard input: other users can see arguments"
      : "to run a command: npx regrant token --exec -- COMMAND";
    throw new CliError("too many arguments", hint, 2);
  }
  if (!exec && env !== undefined) throw new CliError("--env requires --exec", undefined, 2);
}

async function getTokenOptions({ minValidity, force, rejected }: TokenOptions): Promise<GetTokenOptions> {
  return {
    ...(minValidity !== undefined && { minValidityMs: minValidity * 1000 }),
    ...(force && { mode: "force" as const }),
    ...(rejected && { rejected: await rejectedToken() }),
  };
}

/** From standard input, alone or as `--header` or `--url` printed it: other users can see a process's arguments. */
async function rejectedToken(): Promise<string> {
  const [input = ""] = tidyToken(await readStdin()).split("\n");
  const token = tidyToken(input.replace(/^(Authorization: *)?(Bearer|DPoP) /i, ""));
  if (token === "")
    throw new CliError("--rejected requires the rejected token on standard input", undefined, 2);
  return token;
}

async function runWith(
  token: Token,
  file: string,
  args: readonly string[],
  name: string = LOGIN_VARIABLES.accessToken,
) {
  const { execute } = await import("./exec.ts");
  await execute(file, args, { name, value: token.accessToken });
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
