import { text } from "node:stream/consumers";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { isPasswordUsable } from "../identity/password-hash.ts";
import { Fault } from "./fault.ts";

/**
 * A new password: all of standard input but the line end after it, or a hidden prompt that asks twice.
 *
 * @throws {Fault} it cannot be a password, the two differ, or there is no terminal to ask
 */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  const password = fromStdin ? await readSecretFromStdin() : await promptTwice();
  if (!isPasswordUsable(password)) throw new Fault("a password is 1 to 1024 bytes of UTF-8");
  return password;
}

/** All of standard input but the line end after it. */
export async function readSecretFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

async function promptTwice(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Fault(
      "there is no terminal to ask for the password",
      "give --password-stdin and pipe it in",
      2,
    );
  }
  const password = await promptHidden("Password: ");
  if ((await promptHidden("Again: ")) !== password) throw new Fault("the two passwords differ", "try again");
  return password;
}

async function promptHidden(question: string): Promise<string> {
  // What readline would echo goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  process.stderr.write(question);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  prompt.once("SIGINT", () => reject(new Fault("nothing was changed")));
  try {
    return await Promise.race([prompt.question(""), aborted]);
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}
