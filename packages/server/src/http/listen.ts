import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ListenOptions {
  host: string;
  port: number;
  /** s: for a whole request to arrive. */
  requestTimeout: number;
  /** s: for its head to arrive. */
  headersTimeout: number;
}

export interface Listener {
  readonly port: number;
  /** Takes no new connection, lets requests in flight finish for `timeout` s, then cuts what is left. */
  close(timeout: number): Promise<void>;
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

/** Load balancers keep idle connections for about a minute; the server must not be the first to close, ms. */
const KEEP_ALIVE = 65_000;

/** While closing, how often connections that have become idle are closed, ms. */
const IDLE_CHECK = 50;

/**
 * Serves `fetch` over HTTP/1.1. Slow senders are cut off and never hold up others. While `fetch` is still a promise,
 * requests wait for it.
 */
export async function listen(fetch: Fetch | Promise<Fetch>, options: ListenOptions): Promise<Listener> {
  const server = createServer({
    requestTimeout: options.requestTimeout * 1000,
    headersTimeout: options.headersTimeout * 1000,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: KEEP_ALIVE,
  });
  if (typeof fetch === "function") answerWith(server, fetch);
  else answerLater(server, fetch);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (timeout) => close(server, timeout),
  };
}

function answerWith(server: Server, fetch: Fetch): void {
  const listener = getRequestListener(fetch);
  server.on("request", (incoming, outgoing) => void listener(incoming, outgoing));
}

function answerLater(server: Server, fetch: Promise<Fetch>): void {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const wait = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void waiting.push([incoming, outgoing]);
  server.on("request", wait);
  const answer = (ready: Fetch) => {
    answerWith(server.off("request", wait), ready);
    for (const request of waiting) server.emit("request", ...request);
  };
  // If it never comes, whoever promised it closes the server.
  fetch.then(answer, () => {});
}

async function close(server: Server, timeout: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), timeout * 1000);
  // A connection whose last answer is sent after `server.close` stays open for the next request otherwise.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(cut);
  clearInterval(idle);
}

/** The socket's address, from what the adaptor hands along with a request. */
export function peerAddress(env: unknown): string {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
