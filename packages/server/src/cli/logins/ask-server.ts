import { CliError } from "../cli-error.ts";
import { networkReason } from "./in-words.ts";

/** An answer of a server as far as it is read. */
export interface ServerAnswer {
  readonly status: number;
  /** Undefined: it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Whole time for an answer, ms. */
const DEADLINE = 10_000;
/** Of an answer, bytes. */
const MAX_SIZE = 256 * 1024;

/**
 * Sends one request and reads the answer; follows no redirect, which would carry secrets elsewhere.
 *
 * @throws {CliError} no answer came (75)
 */
export async function askServer(url: string, request: RequestInit = {}): Promise<ServerAnswer> {
  try {
    const signal = AbortSignal.timeout(DEADLINE);
    const response = await fetch(url, { ...request, redirect: "manual", signal });
    return { status: response.status, body: parseObject(await boundedText(response)) };
  } catch (error) {
    throw new CliError(
      `${url} cannot be asked: ${networkReason(error)}`,
      "is the URL right? Else try again",
      75,
    );
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_SIZE) throw new RangeError("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): ServerAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as ServerAnswer["body"]) : undefined;
  } catch {
    return undefined;
  }
}
