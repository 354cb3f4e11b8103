import { CliError } from "../cli-error.ts";
import { networkReason } from "./terminal-text.ts";

/** A server's response, as far as it is used. */
export interface JsonResponse {
  readonly status: number;
  /** undefined: the body is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** For the whole response, ms. */
const TIMEOUT = 10_000;
/** Largest body, bytes. */
const MAX_SIZE = 256 * 1024;

/**
 * Sends one request and reads the response. Follows no redirect, which could send secrets elsewhere.
 *
 * @throws {CliError} no response (75)
 */
export async function fetchJson(url: string, request: RequestInit = {}): Promise<JsonResponse> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const response = await fetch(url, { ...request, redirect: "manual", signal });
    return { status: response.status, body: parseObject(await limitedText(response)) };
  } catch (error) {
    throw new CliError(
      `cannot reach ${url}: ${networkReason(error)}`,
      "check the URL, or try again later",
      75,
    );
  }
}

/** @throws RangeError the body is too large */
async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_SIZE) throw new RangeError("the response is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): JsonResponse["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as JsonResponse["body"]) : undefined;
  } catch {
    return undefined;
  }
}
