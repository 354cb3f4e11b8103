import type { Command } from "commander";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { issueGrant } from "../grant-types/issue-grant.ts";
import { grantedScope, parseScope } from "../grant-types/grant-type.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { tokenResponseBody } from "../http/responses.ts";
import type { Client } from "../store/store.ts";
import { findClient } from "../admin/clients.ts";
import { CliError } from "./cli-error.ts";
import { durationText, printFields, printJson } from "./output.ts";
import { actor } from "./session.ts";
import { withDeps } from "./signing-deps.ts";

export interface IssueOptions {
  client: string;
  subject: string;
  scope?: string;
  count?: number;
  json?: true;
}

/** Grants that share a transaction of the store and a filling of the thread pool. */
const CHUNK = 500;

/** Makes grants and prints their first tokens. */
export async function issue(options: IssueOptions, command: Command): Promise<void> {
  await withDeps(command, async (deps) => {
    const client = await findClient(deps, options.client);
    if (!client.grantTypes.includes("refresh_token")) {
      const hint = `npx regrant client update ${client.id} --grant-type refresh_token (and those it has)`;
      throw new CliError("the client may not use refresh_token, so its grant could never be refreshed", hint);
    }
    if (options.subject.trim() === "") throw new CliError("the subject is empty", undefined, 2);
    const scope = scopeFor(client, options.scope);
    if (options.count !== undefined) return issueMany(deps, client, options, scope);
    const answer = await issueOne(deps, client, options, scope);
    if (options.json) return printJson(tokenResponseBody(answer));
    console.log("The grant is made. Its tokens:\n");
    printFields({
      access_token: answer.accessToken,
      refresh_token: answer.refreshToken,
      scope: scope === "" ? undefined : scope,
    });
    console.log(`\nThe access token works for ${durationText(answer.expiresIn * 1000)}.`);
  });
}

function scopeFor(client: Client, asked: string | undefined): string {
  try {
    return grantedScope(client, parseScope(asked));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const hint = `the client may have: ${client.scopes.join(" ") || "no scope"}`;
    throw new CliError("the scope is wider than what the client may have", hint);
  }
}

async function issueMany(deps: Deps, client: Client, options: IssueOptions, scope: string): Promise<void> {
  const { count = 1 } = options;
  for (let made = 0; made < count;) {
    const size = Math.min(CHUNK, count - made);
    const chunk = Array.from({ length: size }, () => issueOne(deps, client, options, scope));
    await printLines((await Promise.all(chunk)).map((answer) => JSON.stringify(tokenResponseBody(answer))));
    made += size;
    if (process.stderr.isTTY) process.stderr.write(`\r${made} of ${count} grants`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
}

async function issueOne(
  deps: Deps,
  client: Client,
  options: IssueOptions,
  scope: string,
): Promise<TokenResponse> {
  const { subject } = options;
  const issued = await issueGrant(deps, client, { subject, scope, authTime: null, via: actor() });
  if (issued.outcome === "client_disabled") {
    throw new CliError("the client is disabled", `npx regrant client enable ${client.id}`);
  }
  if (!("answer" in issued)) {
    throw new CliError(`the account ${subject} is disabled`, `npx regrant account enable ${subject}`);
  }
  // RFC 6749 §5.1: the scope, where it is not what was asked for.
  return options.scope === undefined && scope !== "" ? { ...issued.answer, scope } : issued.answer;
}

/** Waits for a slow reader instead of keeping everything. */
async function printLines(lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}
