import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { readAtMost } from "../limits/limited-text.ts";
import type { UserCredentials } from "./user-store.ts";

/** The provider's own service that checks passwords. */
export interface AccountServiceOptions {
  /** https, or http on the loopback interface. */
  url: string;
  /** Shared with the service: signs requests. */
  secret: Buffer;
  /** For all attempts together, ms. */
  timeout: number;
  /** Default: Node's. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** ms since 1970 */
  now?: () => number;
}

/** Names end up in pages and logs. */
const NO_CONTROLS = /^\P{Cc}*$/u;

/** A user whose password was right. */
export const ACCEPTED = z.object({
  outcome: z.literal("accepted"),
  subject: z.string().min(1).max(255).regex(NO_CONTROLS),
  claims: z.object({ name: z.string().max(200).regex(NO_CONTROLS).optional() }).optional(),
});

const RESPONSE = z.discriminatedUnion("outcome", [ACCEPTED, z.object({ outcome: z.literal("refused") })]);

/** What the service says of a username and password; docs/accounts.md describes its API. */
export type AccountServiceResponse = z.output<typeof RESPONSE>;

/**
 * The service, or the host's function in its place, gave no usable answer. The message says why, and holds nothing of the
 * request or the response.
 */
export class AccountServiceError extends Error {
  override readonly name = "AccountServiceError";
  readonly reason: "unreachable" | "timeout" | "status" | "malformed" | "threw";

  constructor(reason: AccountServiceError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Bytes. */
const MAX_ANSWER = 16 * 1024;
const TRIES = 2;
/** Longest pause between two attempts, ms. */
const RETRY_PAUSE = 200;

/** Nothing was sent, or the service had closed an idle connection. */
const RETRIED = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/**
 * Asks the service, signed as Standard Webhooks are: `webhook-signature` is the HMAC-SHA-256 of
 * `webhook-id.webhook-timestamp.body`. If the connection fails it asks once more, under another id, so that the service
 * may refuse every id that it has seen.
 *
 * @throws AccountServiceError if no valid response came in time
 */
export async function askAccountService(
  options: AccountServiceOptions,
  question: UserCredentials,
): Promise<AccountServiceResponse> {
  const signal = AbortSignal.timeout(options.timeout);
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await send(options, question, signal);
      return await readResponse(response);
    } catch (error) {
      if (error instanceof AccountServiceError) throw error;
      if (signal.aborted) throw new AccountServiceError("timeout", "the service did not answer in time");
      if (tries >= TRIES || !RETRIED.has(codeOf(error))) throw unreachable(error);
      await pause(Math.random() * RETRY_PAUSE);
    }
  }
}

function send(
  { url, secret, now = Date.now, fetch = globalThis.fetch }: AccountServiceOptions,
  question: UserCredentials,
  signal: AbortSignal,
): Promise<Response> {
  const body = JSON.stringify(question);
  const id = `msg_${randomUUID()}`;
  const timestamp = Math.floor(now() / 1000);
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${mac}`,
  };
  return fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
}

async function readResponse(response: Response): Promise<AccountServiceResponse> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new AccountServiceError("status", `the service answered ${response.status}`);
  }
  const text = await readAtMost(response.body, MAX_ANSWER);
  if (text === undefined) throw new AccountServiceError("malformed", "the service answered too much");
  const answer = RESPONSE.safeParse(parsed(text));
  if (answer.success) return answer.data;
  throw new AccountServiceError("malformed", "the service answered in another form");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(error: unknown): AccountServiceError {
  return new AccountServiceError("unreachable", `the service cannot be reached: ${codeOf(error)}`, {
    cause: error,
  });
}

/** `fetch` has the error code in the cause of its error. */
function codeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const code = (cause ?? error) as { code?: unknown };
  return typeof code.code === "string" ? code.code : "unknown";
}
