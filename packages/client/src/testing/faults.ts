import type { ServerResponse } from "node:http";

/** How one token request goes wrong. */
export interface FaultKind {
  /** Whether the token is spent, and its successor made, before the answer goes wrong. */
  readonly commits: boolean;
  /** @param body what a good answer would have said, JSON */
  readonly answer: (response: ServerResponse, body: string) => Promise<void> | void;
}

/** s; what the server asks a client to wait for. */
const RETRY_AFTER = "1";

const PAGE = "<!doctype html><title>Gateway</title><h1>Something went wrong</h1>";

export const FAULTS: Readonly<Record<Fault, FaultKind>> = {
  /** The connection is cut before anything happened. */
  drop_before: { commits: false, answer: (response) => void response.destroy() },
  /** The token is spent, then the connection is cut: the answer is lost. */
  drop_after: { commits: true, answer: (response) => void response.destroy() },
  /** The token is spent, and no answer comes while the client cares to wait. */
  hang: { commits: true, answer: () => {} },
  /** The token is spent, and half of the answer comes. */
  half: {
    commits: true,
    answer: async (response, body) => {
      const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
      response.writeHead(200, headers);
      await new Promise((written) => response.write(body.slice(0, body.length / 2), written));
      response.destroy();
    },
  },
  rate_limited: {
    commits: false,
    answer: (response) => json(response, 429, '{"error":"slow_down"}', { "Retry-After": RETRY_AFTER }),
  },
  unavailable: {
    commits: false,
    answer: (response) => json(response, 503, '{"error":"server_error"}', { "Retry-After": RETRY_AFTER }),
  },
  /** A gateway answers in the server's place. */
  html: {
    commits: false,
    answer: (response) => void response.writeHead(502, { "Content-Type": "text/html" }).end(PAGE),
  },
  /** As a captive portal does: nothing reaches the server, and all looks well. */
  html_ok: {
    commits: false,
    answer: (response) => void response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE),
  },
  /** The token is spent, and what comes is no JSON. */
  bad_json: {
    commits: true,
    answer: (response, body) => json(response, 200, body.slice(0, -1)),
  },
  /** The token is spent, and the good answer calls itself text. */
  wrong_type: {
    commits: true,
    answer: (response, body) => void response.writeHead(200, { "Content-Type": "text/plain" }).end(body),
  },
};

export type Fault =
  | "drop_before"
  | "drop_after"
  | "hang"
  | "half"
  | "rate_limited"
  | "unavailable"
  | "html"
  | "html_ok"
  | "bad_json"
  | "wrong_type";

/** Headers as RFC 6749 §5.1 wants them. */
export function json(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers })
    .end(body);
}

/** Draws a fault, or none, from probabilities that add up to 1 at most. */
export function drawFault(chances: Partial<Record<Fault, number>>, random: number): Fault | undefined {
  let below = 0;
  for (const [fault, chance] of Object.entries(chances)) {
    below += chance;
    if (random < below) return fault as Fault;
  }
  return undefined;
}
