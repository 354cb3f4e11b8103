import { CliError } from "../cli-error.ts";
import { decodeInput } from "../decode-input.ts";
import { promptHidden } from "../hidden-prompt.ts";
import { linesOf, tidySecret } from "./secret-text.ts";
import type { SecretName } from "./secret-text.ts";

/** Limit of standard input, bytes; secrets and tokens are shorter. */
const MAX_INPUT = 64 * 1024;

/**
 * Reads secrets from standard input, one per line, or by prompts without echo at a terminal.
 *
 * @throws {CliError} standard input is not a terminal, or does not contain exactly these lines (2)
 */
export async function readSecrets(names: readonly SecretName[], fromStdin: boolean): Promise<string[]> {
  if (names.length === 0) return [];
  if (fromStdin) return readLines(names);
  if (!process.stdin.isTTY) {
    const hint = `pass --secrets-stdin and pipe in ${lineOrder(names)}`;
    throw new CliError(`cannot prompt for ${listed(names)}: standard input is not a terminal`, hint, 2);
  }
  const secrets: string[] = [];
  for (const name of names) {
    const typed = await promptHidden(`${name.charAt(0).toUpperCase()}${name.slice(1)}: `);
    const secret = tidySecret(name, typed);
    if (secret === "") throw new CliError(`the ${name} is empty`, undefined, 2);
    secrets.push(secret);
  }
  return secrets;
}

async function readLines(names: readonly SecretName[]): Promise<string[]> {
  const found = linesOf(await readStdin(), names.length);
  const secrets = names.map((name, i) => tidySecret(name, found[i] ?? ""));
  if (found.length === names.length && !secrets.includes("")) return secrets;
  const count = found.every((line) => line === "") ? "nothing" : counted(found.length);
  throw new CliError(`standard input must contain ${lineOrder(names)}; it contains ${count}`, undefined, 2);
}

function lineOrder(names: readonly SecretName[]): string {
  return `${counted(names.length)}: ${names.map((name) => `the ${name}`).join(", then ")}`;
}

function listed(names: readonly SecretName[]): string {
  return names.map((name) => `the ${name}`).join(" and ");
}

function counted(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`;
}

/**
 * All of standard input, without a byte order mark.
 *
 * @throws {CliError} it is longer than the limit, or not text in UTF-8 or UTF-16 (2)
 */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INPUT) throw new CliError("standard input is longer than 64 KiB", undefined, 2);
    chunks.push(chunk);
  }
  return decodeInput(Buffer.concat(chunks));
}
