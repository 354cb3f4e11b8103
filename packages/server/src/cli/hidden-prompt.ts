import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";

/**
 * Asks at the terminal, without echo; what was typed, without the line end. The terminal is as before however it ends.
 *
 * @throws {CliError} Ctrl-C, or the end of the input
 */
export async function promptHidden(question: string): Promise<string> {
  // What readline would echo goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  process.stderr.write(question);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  for (const end of ["SIGINT", "close"]) prompt.once(end, () => reject(new CliError("nothing was changed")));
  try {
    return await Promise.race([prompt.question(""), aborted]);
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}
