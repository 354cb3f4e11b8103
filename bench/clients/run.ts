// Runs every client through every hostile case and prints the table; `--write` puts it into the documentation.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { installPeers } from "../install-peers.ts";
import { CASES } from "./cases.ts";
import type { CaseResult } from "./trial.ts";

/** Packages and their adapters. */
const CLIENTS = {
  "@regrant/client": "regrant.ts",
  "@badgateway/oauth2-client": "badgateway.mjs",
  "openid-client": "openid-client.mjs",
  "simple-oauth2": "simple-oauth2.mjs",
  "google-auth-library": "google-auth-library.mjs",
};
/** ms */
const PATIENCE = 90_000;
const PAGE = join(import.meta.dirname, "../../docs/client/hostile-cases.md");
const TABLE = /(?<=<!-- table -->\n)[^]*(?=<!-- \/table -->)/;

installPeers(import.meta.dirname, console.error);
const rows: string[][] = [];
for (const [index, { title }] of CASES.entries()) {
  console.error(title);
  const cells: string[] = [];
  for (const adapter of Object.values(CLIENTS)) cells.push(await runCase(adapter, index));
  rows.push([title, ...cells]);
}
const table = markdown(["", ...Object.keys(CLIENTS).map(heading)], rows);
console.log(table);
if (process.argv.includes("--write")) {
  writeFileSync(
    PAGE,
    readFileSync(PAGE, "utf8").replace(TABLE, () => `\n${table}\n`),
  );
}

async function runCase(adapter: string, index: number): Promise<string> {
  const args = [join(import.meta.dirname, "trial.ts"), adapter, String(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENCE });
  const { failure } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as CaseResult;
  console.error(`  ${adapter}: ${failure ?? "passed"}`);
  return failure === undefined ? "✔" : `✘ ${failure.replaceAll("|", "/")}`;
}

function heading(name: string): string {
  const folder = name === "@regrant/client" ? "../../packages/client" : `node_modules/${name}`;
  const manifest = readFileSync(join(import.meta.dirname, folder, "package.json"), "utf8");
  return `\`${name}\` ${(JSON.parse(manifest) as { version: string }).version}`;
}

function markdown(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
