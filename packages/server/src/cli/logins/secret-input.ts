import { CliError } from "../cli-error.ts";
import { promptHidden } from "../hidden-prompt.ts";
import { readStdin } from "./stdin.ts";

/** What a login may need to be told in secret, in the order in which it is asked for. */
export type SecretName = "client secret" | "password" | "refresh token";

/**
 * Reads secrets without showing them: from standard input, a line each, or by hidden prompts at a terminal.
 *
 * @throws {CliError} there is no terminal to ask, or standard input does not hold just these
 */
export async function readSecrets(names: readonly SecretName[], fromStdin: boolean): Promise<string[]> {
  if (names.length === 0) return [];
  if (fromStdin) return readLines(names);
  if (!process.stdin.isTTY) {
    const hint = `give --secrets-stdin, and pipe in ${lineOrder(names)}`;
    throw new CliError(`there is no terminal to ask for ${listed(names)}`, hint, 2);
  }
  const secrets: string[] = [];
  for (const name of names) {
    const secret = await promptHidden(`${name.charAt(0).toUpperCase()}${name.slice(1)}: `);
    if (secret === "") throw new CliError(`the ${name} is empty`, undefined, 2);
    secrets.push(secret);
  }
  return secrets;
}

async function readLines(names: readonly SecretName[]): Promise<string[]> {
  const lines = (await readStdin()).replace(/\r?\n$/, "").split(/\r?\n/);
  if (lines.length === names.length && !lines.includes("")) return lines;
  const found = lines.filter((line) => line !== "").length;
  const message = `standard input must hold ${lineOrder(names)}; it holds ${found === 0 ? "nothing" : counted(lines.length)}`;
  throw new CliError(message, undefined, 2);
}

function lineOrder(names: readonly SecretName[]): string {
  return `${counted(names.length)}: ${names.map((name) => `the ${name}`).join(", then ")}`;
}

function listed(names: readonly SecretName[]): string {
  return names.map((name) => `the ${name}`).join(" and ");
}

function counted(lines: number): string {
  return lines === 1 ? "a line" : `${lines} lines`;
}
