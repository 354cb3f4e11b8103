import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Deps } from "../deps.ts";
import type { Cause } from "../errors/causes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Brand } from "../pages/page.ts";
import { errorPageResponse } from "./interaction/page-responses.ts";
import { respondFrom } from "./source-of-request.ts";
import { logRefusal } from "./refusal-log.ts";
import { errorResponse } from "./responses.ts";

/** Why the bytes of a connection are no request. */
type UnreadableCause = Extract<Cause, "head_too_large" | "malformed_http">;

/** Makes the response to what is no request. `peer`: the address of the connection's other end, if it is known. */
export type Unreadable = (cause: UnreadableCause, peer: string | undefined) => Response | Promise<Response>;

/** How long a client may go on sending after the response to what it sent, ms. */
const LINGER = 1000;

/** Connections that have had their response. */
const answered = new WeakSet<Duplex>();

/**
 * Makes the responses of a service. A head that is too large mostly comes from a person's browser, with the cookies of
 * other applications on the host, so it gets a page; its language is unknown. No browser sends malformed HTTP.
 */
export function unreadableResponses(
  deps: Pick<Deps, "log" | "clients" | "metrics">,
  brand: Brand,
): Unreadable {
  const respond: Unreadable = (cause, peer) => {
    const error = new OAuthError(cause);
    logRefusal(deps, error, { endpoint: "none", clientId: undefined, address: peer ?? "unknown" });
    deps.metrics.observeRequest({ endpoint: "none", outcome: cause, status: error.status }, 0);
    if (cause === "malformed_http") return errorResponse(error);
    return errorPageResponse(brand, brand.languages.choose(undefined, null), error);
  };
  // What the head says was not read.
  return (cause, peer) => {
    const source = { address: peer, userAgent: undefined, requestId: randomUUID() };
    return respondFrom(source, respond, cause, peer);
  };
}

/**
 * Answers a connection whose bytes Node's parser refused, or which sent too slowly, and closes it. After a head that is
 * too large the client is still sending: its bytes are read and dropped for a moment, since the operating system takes the
 * response back when a connection is closed on unread bytes.
 *
 * @param error of the server's event `clientError`
 */
export async function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  unreadable: Unreadable | undefined,
): Promise<void> {
  if (answered.has(socket)) return;
  if (!socket.writable || error.code === "ECONNRESET" || responseOn(socket)?.headersSent === true) {
    socket.destroy(error);
    return;
  }
  answered.add(socket);
  const { remoteAddress } = socket as Duplex & { remoteAddress?: string };
  socket.end(await responseText(error.code ?? "", remoteAddress, unreadable));
  if (error.code === "HPE_HEADER_OVERFLOW") setTimeout(() => socket.destroy(), LINGER).unref();
  else socket.destroy(error);
}

/** The response to the request in flight on a connection; Node keeps it there, without documenting it. */
export function responseOn(socket: Duplex): ServerResponse | undefined {
  const { _httpMessage: outgoing } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  return outgoing ?? undefined;
}

async function responseText(
  code: string,
  peer: string | undefined,
  unreadable: Unreadable | undefined,
): Promise<string> {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return head(408, {});
  const cause = code === "HPE_HEADER_OVERFLOW" ? "head_too_large" : "malformed_http";
  if (unreadable === undefined) return head(cause === "head_too_large" ? 431 : 400, {});
  const response = await unreadable(cause, peer);
  const body = await response.text();
  const length = { "Content-Length": String(Buffer.byteLength(body)) };
  return head(response.status, { ...Object.fromEntries(response.headers), ...length }) + body;
}

function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ ...headers, Connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", ""].join("\r\n");
}
