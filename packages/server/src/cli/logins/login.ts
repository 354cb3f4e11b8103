import { isoInstant, printJson } from "../output.ts";
import { firstTokens } from "./first-tokens.ts";
import { loginsHome } from "./home.ts";
import { collectLogin, namesNoFacts, repeatLogin } from "./login-facts.ts";
import type { FactOptions } from "./login-facts.ts";
import { readLogin, writeLogin } from "./login-file.ts";
import { clientOf } from "./open-login.ts";
import { sessionFault } from "./session-fault.ts";

export interface LoginOptions extends FactOptions {
  account: string;
  json?: true;
}

/** Gets first tokens and keeps them under a name. An earlier login of that name stays until they are there. */
export async function login(options: LoginOptions): Promise<void> {
  const { account, json } = options;
  const home = loginsHome();
  // A file that is damaged, or that others may read, is told of before anything is asked.
  const before = readLogin(home, account);
  const isRepeat = before !== undefined && namesNoFacts(options);
  const collected = isRepeat ? repeatLogin(before, options.secretsStdin === true) : collectLogin(options);
  const { login, onceSecret } = await collected;
  const answer = await firstTokens(login, onceSecret);
  writeLogin(home, account, login);
  const client = clientOf(home, account, login);
  const { expiresAt } = await client
    .set(answer)
    .then(() => client.status())
    .catch((error: unknown) => {
      throw sessionFault(error, account);
    });
  const { grant, tokenEndpoint, clientId, scope } = login;
  console.error(
    `${before === undefined ? "Logged in" : "Logged in anew"}: npx regrant token --account ${account}`,
  );
  if (grant !== "client_credentials" && answer.refresh_token === undefined) {
    console.error("The server gave no refresh token: when the access token ends, a new login is needed.");
  }
  if (json) {
    const about = { account, token_endpoint: tokenEndpoint, client_id: clientId, grant };
    printJson({ ...about, scope: answer.scope ?? scope ?? null, expires_at: isoInstant(expiresAt ?? null) });
  }
}
