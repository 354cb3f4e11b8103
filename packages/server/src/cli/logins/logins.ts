import { isTokenError } from "@regrant/client";
import type { TokenStatus } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { isoInstant, localInstant } from "../../time-text.ts";
import { printJson, printTable } from "../output.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { listLogins } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { openLogin } from "./open-login.ts";
import { sanitize } from "./terminal-text.ts";

/** The local state of a login. */
interface ListedLogin {
  readonly account: string;
  /** undefined: its file cannot be used. */
  readonly login: Login | undefined;
  readonly status: TokenStatus | undefined;
  /** Why the login's file or its tokens cannot be used. */
  readonly problem: string | undefined;
}

/** Lists the logins and their state; sends no request. */
export async function logins({ json }: { json?: true }): Promise<void> {
  const home = loginsHome();
  const listed = await Promise.all(listLogins(home).map((account) => inspect(home, account)));
  if (json) return listed.forEach((each) => printJson(loginJson(each)));
  printTable(
    ["account", "client", "token endpoint", "grant", "state", "expires"],
    listed.map(loginRow),
    "There are no logins: npx regrant login creates one.",
  );
  for (const { account, problem } of listed)
    if (problem !== undefined) console.error(`${account}: ${problem}`);
}

/** A login that cannot be opened is listed with its problem. */
async function inspect(home: LoginsHome, account: string): Promise<ListedLogin> {
  let login: Login | undefined;
  try {
    const opened = openLogin(home, account);
    login = opened.login;
    return { account, login, status: await opened.client.status(), problem: undefined };
  } catch (error) {
    if (!(error instanceof CliError || isTokenError(error))) throw error;
    return { account, login, status: undefined, problem: error.message };
  }
}

function loginRow({ account, login, status }: ListedLogin): string[] {
  const expires = status?.expiresAt === undefined ? "-" : localInstant(status.expiresAt);
  const columns = [login?.clientId, login?.tokenEndpoint, login?.grant];
  return [account, ...columns.map((text) => sanitize(text ?? "-")), status?.state ?? "damaged", expires];
}

function loginJson({ account, login, status, problem }: ListedLogin): Record<string, unknown> {
  return {
    account,
    token_endpoint: login?.tokenEndpoint ?? null,
    issuer: login?.issuer ?? null,
    client_id: login?.clientId ?? null,
    grant: login?.grant ?? null,
    username: login?.username ?? null,
    scope: login?.scope ?? null,
    state: status?.state ?? "damaged",
    reason: status?.reason ?? problem ?? null,
    expires_at: isoInstant(status?.expiresAt ?? null),
  };
}
