import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";

/**
 * Asks on the terminal, without echo. Returns what was typed, without the line end. The terminal's mode is restored
 * in every case.
 *
 * @throws {CliError} Ctrl-C, or the end of the input
 */
export async function promptHidden(question: string): Promise<string> {
  // readline echoes to this stream, which discards everything.
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
