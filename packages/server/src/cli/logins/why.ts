import { SessionEndedError } from "@regrant/client";
import type { Explanation } from "@regrant/client/explain";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { printJson } from "../output.ts";
import { explainToken, sentencesOf, storedRefreshToken } from "./explanation.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import type { Login } from "./login-file.ts";
import { openLogin } from "./open-login.ts";
import { readPrivateFile, removePrivateFile, stagePrivateFile } from "./private-file.ts";

/**
 * `token --why`: prints what the server says became of a login's refresh token. After a refusal the token is gone, and what
 * the server said then is printed.
 *
 * @throws {CliError} the login is not found, or nothing is known (1); the server explains nothing (2), or does not respond (75)
 */
export async function printWhy({ account, json }: { account: string; json?: true }): Promise<void> {
  const home = loginsHome();
  const { login } = openLogin(home, account);
  const token = await storedRefreshToken(home, account);
  const explanation = token === undefined ? keptExplanation(home, account) : await explainToken(login, token);
  if (explanation === undefined) throw nothingKnown(account, token !== undefined);
  if (json) printJson({ ...explanation, account });
  else for (const sentence of sentencesOf(explanation)) console.log(sentence);
}

function nothingKnown(account: string, wasAsked: boolean): CliError {
  if (wasAsked) {
    const hint = "only some do, and only a login with --issuer finds out";
    return new CliError("the server does not explain its refresh tokens", hint, 2);
  }
  const hint =
    `npx regrant token --account ${account} --status says what is known; the server is asked when it refuses a refresh token, ` +
    "which is not kept after that";
  return new CliError(`${account} has no refresh token, and no explanation of a refused one`, hint);
}

/**
 * Asks the server why it refused a refresh token, and keeps what it says for `token --why`.
 *
 * @param token the one that was stored before the refusal
 * @returns its sentences; empty: the session has not ended by a refusal, or the server does not say why
 */
export async function askWhy(
  home: LoginsHome,
  account: string,
  { error, login, token }: { error: unknown; login: Login; token: string | undefined },
): Promise<string[]> {
  const isRefusal = error instanceof SessionEndedError && error.reason === "rejected";
  if (!isRefusal || token === undefined) return [];
  try {
    const explanation = await explainToken(login, token);
    if (explanation === undefined || explanation.state === "unknown") return [];
    stagePrivateFile(fileOf(home, account), JSON.stringify(explanation)).commit();
    return sentencesOf(explanation);
  } catch {
    // The refusal is what is reported.
    return [];
  }
}

/** Removes what was kept of an earlier session. @throws {CliError} (2) */
export function removeExplanation(home: LoginsHome, account: string): void {
  removePrivateFile(fileOf(home, account));
}

/** What the server said when it refused the last refresh token. It holds no token. */
function keptExplanation(home: LoginsHome, account: string): Explanation | undefined {
  const path = fileOf(home, account);
  const text = readPrivateFile(path, `npx regrant login --account ${account} removes it`);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Explanation;
    return kept.sentences.every((sentence) => typeof sentence === "string") ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Beside the login's own file, whose name ends in `.json`. */
function fileOf(home: LoginsHome, account: string): string {
  return join(home.logins, `${account}.why`);
}
