import { text } from "node:stream/consumers";
import { isPasswordUsable } from "../identity/password-hash.ts";
import { CliError } from "./cli-error.ts";
import { promptHidden } from "./hidden-prompt.ts";

/**
 * A new password: all of standard input but the line end after it, or a hidden prompt that asks twice.
 *
 * @throws {CliError} it cannot be a password, the two differ, or there is no terminal to ask
 */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  const password = fromStdin ? await readSecretFromStdin() : await promptTwice();
  if (!isPasswordUsable(password)) throw new CliError("a password is 1 to 1024 bytes of UTF-8");
  return password;
}

/** All of standard input but the line end after it. */
export async function readSecretFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

async function promptTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CliError(
      "there is no terminal to ask for the password",
      "give --password-stdin and pipe it in",
      2,
    );
  }
  const password = await promptHidden("Password: ");
  if ((await promptHidden("Again: ")) !== password)
    throw new CliError("the two passwords differ", "try again");
  return password;
}
