import type { Command } from "commander";
import { grantIssuer } from "../admin/grants/issue.ts";
import type { GrantIssuer } from "../admin/grants/issue.ts";
import { tokenResponseBody } from "../http/responses.ts";
import { durationText } from "../time-text.ts";
import { printFields, printJson } from "./output.ts";
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

/** `grant issue`: issues grants and prints their first tokens. */
export async function issue(options: IssueOptions, command: Command): Promise<void> {
  await withDeps(command, async (deps) => {
    const { client: clientId, subject, scope, count, json } = options;
    const issueOne = await grantIssuer(deps, { clientId, subject, scope }, actor());
    if (count !== undefined) return issueMany(issueOne, count);
    const tokens = await issueOne();
    if (json) return printJson(tokenResponseBody(tokens));
    console.log("The grant is issued. Its tokens:\n");
    printFields({
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      scope: tokens.scope ?? scope,
    });
    console.log(`\nThe access token expires in ${durationText(tokens.expiresIn * 1000)}.`);
  });
}

async function issueMany(issueOne: GrantIssuer, count: number): Promise<void> {
  for (let issued = 0; issued < count;) {
    const size = Math.min(CHUNK, count - issued);
    const chunk = await Promise.all(Array.from({ length: size }, () => issueOne()));
    await printLines(chunk.map((tokens) => JSON.stringify(tokenResponseBody(tokens))));
    issued += size;
    if (process.stderr.isTTY) process.stderr.write(`\r${issued} of ${count} grants`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
}

/** Waits for a slow reader instead of buffering everything. */
async function printLines(lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}
