import type { Command } from "commander";
import { grantIssuer } from "../admin/grants/issue.ts";
import type { GrantIssuer } from "../admin/grants/issue.ts";
import { tokenResponseBody } from "../http/responses.ts";
import { durationText } from "../time-text.ts";
import { printFields, printJson } from "./output.ts";
import { actor } from "./session.ts";
import { withDeps } from "./signing-deps.ts";

/** The flags of `grant issue`, on which scripts rely. */
export interface IssueOptions {
  client: string;
  subject: string;
  scope?: string;
  count?: number;
  json?: true;
}

/** How many grants are issued at once: they share a transaction of the store and fill the thread pool that signs. */
const CHUNK = 500;

/**
 * `grant issue`: issues grants and prints their first tokens, with the members of RFC 6749 §5.1 as the token endpoint
 * writes them.
 *
 * @throws AdminError as `grantIssuer`
 */
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

/** Prints one line of JSON per grant. Progress goes to stderr, and only to a terminal. */
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

/** Writes lines to stdout. It waits for a slow reader, so that memory does not grow with `--count`. */
async function printLines(lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}
