import { isTokenError } from "@regrant/client";
import type { TokenStatus } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { isoInstant, localInstant, printJson, printTable } from "../output.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { listLogins } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { openLogin } from "./open-login.ts";
import { printable } from "./printable.ts";

/** What is known of a login here; no server is asked. */
interface ListedLogin {
  readonly account: string;
  /** Undefined: its file cannot be used. */
  readonly login: Login | undefined;
  readonly status: TokenStatus | undefined;
  /** Why the file of the login, or its tokens, cannot be used. */
  readonly fault: string | undefined;
}

/** Lists the logins and how they are. */
export async function logins({ json }: { json?: true }): Promise<void> {
  const home = loginsHome();
  const listed = await Promise.all(listLogins(home).map((account) => lookAt(home, account)));
  if (json) return listed.forEach((each) => printJson(loginJson(each)));
  printTable(
    ["account", "client", "token endpoint", "grant", "state", "expires"],
    listed.map(loginRow),
    "There are no logins: npx regrant login makes one.",
  );
  for (const { account, fault } of listed) if (fault !== undefined) console.error(`${account}: ${fault}`);
}

async function lookAt(home: LoginsHome, account: string): Promise<ListedLogin> {
  let login: Login | undefined;
  try {
    const opened = openLogin(home, account);
    login = opened.login;
    return { account, login, status: await opened.client.status(), fault: undefined };
  } catch (error) {
    if (!(error instanceof CliError || isTokenError(error))) throw error;
    return { account, login, status: undefined, fault: error.message };
  }
}

function loginRow({ account, login, status }: ListedLogin): string[] {
  const expires = status?.expiresAt === undefined ? "-" : localInstant(status.expiresAt);
  const facts = [login?.clientId, login?.tokenEndpoint, login?.grant];
  return [account, ...facts.map((fact) => printable(fact ?? "-")), status?.state ?? "damaged", expires];
}

function loginJson({ account, login, status, fault }: ListedLogin): Record<string, unknown> {
  return {
    account,
    token_endpoint: login?.tokenEndpoint ?? null,
    issuer: login?.issuer ?? null,
    client_id: login?.clientId ?? null,
    grant: login?.grant ?? null,
    username: login?.username ?? null,
    scope: login?.scope ?? null,
    state: status?.state ?? "damaged",
    reason: status?.reason ?? fault ?? null,
    expires_at: isoInstant(status?.expiresAt ?? null),
  };
}
