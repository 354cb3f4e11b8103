import type { TokenStatus } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { instantCell, stateCell } from "../cells.ts";
import { printJson, printTable } from "../output.ts";
import { printableLines } from "../printable.ts";
import type { Cell, Column } from "../table.ts";
import { isUnencrypted } from "./endpoint.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { listLogins } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { openLogin } from "./open-login.ts";
import { sessionError } from "./session-error.ts";
import { sanitize } from "./terminal-text.ts";
import { statusJson } from "./token-status.ts";

/** The local state of a login. */
interface ListedLogin {
  readonly account: string;
  /** undefined: its file cannot be used. */
  readonly login: Login | undefined;
  readonly status: TokenStatus | undefined;
  /** Why the login's file or its tokens cannot be used, and what to do. */
  readonly problem: CliError | undefined;
}

/** Lists the logins and their state; sends no request. */
export async function logins({ json }: { json?: true }): Promise<void> {
  const home = loginsHome();
  const listed = await Promise.all(listLogins(home).map((account) => inspect(home, account)));
  if (json) return listed.forEach((each) => printJson(loginJson(each)));
  printTable(LOGIN_COLUMNS, listed.map(loginRow), "There are no logins: npx regrant login creates one.");
  for (const { account, problem } of listed) {
    if (problem === undefined) continue;
    console.error(`${account}: ${printableLines(problem.message)}`);
    if (problem.hint !== undefined) console.error(`  hint: ${printableLines(problem.hint)}`);
  }
}

const LOGIN_COLUMNS: readonly Column[] = [
  { name: "account", importance: 9 },
  { name: "client", importance: 4 },
  { name: "token endpoint", importance: 3 },
  { name: "grant", importance: 2 },
  { name: "state", importance: 8 },
  { name: "expires", importance: 6 },
  { name: "ends if unused", importance: 7 },
  { name: "ends at the latest", importance: 5 },
];

/** A login that cannot be opened is listed with its problem. */
async function inspect(home: LoginsHome, account: string): Promise<ListedLogin> {
  let login: Login | undefined;
  try {
    const opened = openLogin(home, account);
    login = opened.login;
    return { account, login, status: await opened.client.status(), problem: undefined };
  } catch (error) {
    const problem = login === undefined ? error : sessionError(error, account, login);
    if (!(problem instanceof CliError)) throw error;
    return { account, login, status: undefined, problem };
  }
}

function loginRow({ account, login, status }: ListedLogin): (Cell | string)[] {
  const endpoint =
    login && login.tokenEndpoint + (isUnencrypted(login.tokenEndpoint) ? " (not encrypted)" : "");
  const columns = [login?.clientId, endpoint, login?.grant];
  const instants = [status?.expiresAt, status?.refreshTokenExpiresAt, status?.authorizationExpiresAt];
  return [
    account,
    ...columns.map((text) => sanitize(text ?? "-")),
    stateCell(status?.state ?? "damaged"),
    ...instants.map((instant) => instantCell(instant ?? null, Date.now(), "-")),
  ];
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
    allow_http: login === undefined ? null : login.allowHttp === true,
    dpop: login === undefined ? null : login.dpop !== undefined,
    ...statusJson(status),
    ...(problem !== undefined && { reason: problem.message }),
  };
}
