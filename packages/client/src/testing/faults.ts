import type { ServerResponse } from "node:http";

/** How a fault is injected. */
export interface FaultKind {
  /** Whether the refresh token is spent before the response is lost or damaged. */
  readonly commits: boolean;
  /** @param body the correct response, JSON */
  readonly respond: (response: ServerResponse, body: string) => Promise<void> | void;
}

/** What goes wrong with one token request. */
export type Fault =
  /** The connection is closed before the request is processed. */
  | "drop_before"
  /** The token is spent, then the connection is closed: the response is lost. */
  | "drop_after"
  /** The token is spent, and no response is sent. */
  | "hang"
  /** The token is spent, and half of the response is sent. */
  | "half"
  /** Status 429 with `Retry-After`; the token is not spent. */
  | "rate_limited"
  /** Status 503 with `Retry-After`; the token is not spent. */
  | "unavailable"
  /** A gateway responds with an error page in the server's place. */
  | "html"
  /** A captive portal responds with a page and status 200; nothing reaches the server. */
  | "html_ok"
  /** The token is spent, and the response is not valid JSON. */
  | "bad_json"
  /** The token is spent, and the correct response has the content type text/plain. */
  | "wrong_type"
  /** The token is spent, and members that a client does not need have odd types. */
  | "odd_members";

/** s */
const RETRY_AFTER = "1";

const PAGE = "<!doctype html><title>Gateway</title><h1>Something went wrong</h1>";

export const FAULTS: Readonly<Record<Fault, FaultKind>> = {
  drop_before: { commits: false, respond: (response) => void response.destroy() },
  drop_after: { commits: true, respond: (response) => void response.destroy() },
  hang: { commits: true, respond: () => {} },
  half: {
    commits: true,
    respond: async (response, body) => {
      const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
      response.writeHead(200, headers);
      await new Promise((written) => response.write(body.slice(0, body.length / 2), written));
      response.destroy();
    },
  },
  rate_limited: {
    commits: false,
    respond: (response) => json(response, 429, '{"error":"slow_down"}', { "Retry-After": RETRY_AFTER }),
  },
  unavailable: {
    commits: false,
    respond: (response) => json(response, 503, '{"error":"server_error"}', { "Retry-After": RETRY_AFTER }),
  },
  html: {
    commits: false,
    respond: (response) => void response.writeHead(502, { "Content-Type": "text/html" }).end(PAGE),
  },
  html_ok: {
    commits: false,
    respond: (response) => void response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE),
  },
  bad_json: {
    commits: true,
    respond: (response, body) => json(response, 200, body.slice(0, -1)),
  },
  wrong_type: {
    commits: true,
    respond: (response, body) => void response.writeHead(200, { "Content-Type": "text/plain" }).end(body),
  },
  odd_members: {
    commits: true,
    respond: (response, body) => {
      const odd = { token_type: null, scope: ["orders", "invoices"], id_token: null, expires_in: "3600" };
      json(response, 200, JSON.stringify({ ...(JSON.parse(body) as object), ...odd }));
    },
  },
};

/** Sends JSON with the headers of RFC 6749 §5.1. */
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

/** Draws a fault or none. The rates are probabilities and add up to at most 1. */
export function drawFault(rates: Partial<Record<Fault, number>>, random: number): Fault | undefined {
  let below = 0;
  for (const [fault, rate] of Object.entries(rates)) {
    below += rate;
    if (random < below) return fault as Fault;
  }
  return undefined;
}
