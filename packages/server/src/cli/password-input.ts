import { buffer } from "node:stream/consumers";
import { CliError } from "./cli-error.ts";
import { decodeInput } from "./decode-input.ts";
import { promptHidden } from "./hidden-prompt.ts";

/**
 * Reads a new password: all of standard input without its last line end, or a hidden prompt that asks twice.
 *
 * @throws CliError the two differ, or there is no terminal to ask on
 */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  return fromStdin ? readSecretFromStdin() : promptTwice();
}

/** Reads all of standard input, without its last line end. */
export async function readSecretFromStdin(): Promise<string> {
  return decodeInput(await buffer(process.stdin)).replace(/\r\n$|[\r\n]$/, "");
}

async function promptTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CliError("no terminal to ask for the password", "pass --password-stdin and pipe it in", 2);
  }
  const password = await promptHidden("Password: ");
  if ((await promptHidden("Again: ")) !== password)
    throw new CliError("the passwords do not match", "try again");
  return password;
}
