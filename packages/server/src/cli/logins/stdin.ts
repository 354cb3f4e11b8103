import { CliError } from "../cli-error.ts";

/** Bytes: secrets and tokens are shorter, and nobody waits for the end of a pipe that has none. */
const MAX_INPUT = 64 * 1024;

/**
 * All of standard input, as text.
 *
 * @throws {CliError} it is more than secrets and tokens can be
 */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INPUT) throw new CliError("standard input holds more than a few secrets", undefined, 2);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
