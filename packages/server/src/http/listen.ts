import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where the server listens, and how long it waits for a slow client. */
interface ListenOptions {
  host: string;
  port: number;
  /** How long a whole request may take to arrive, s. */
  requestTimeout: number;
  /** How long its headers may take to arrive, s. */
  headersTimeout: number;
}

/** A server that listens. */
export interface Listener {
  /** The port in use, also if `ListenOptions` has port 0. */
  readonly port: number;
  /**
   * Stops accepting connections, waits up to `timeout` s for requests in flight, then closes the remaining
   * connections.
   */
  close(timeout: number): Promise<void>;
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

/**
 * How long an idle connection stays open, ms. Load balancers keep theirs for about a minute, and the server must not
 * close first.
 */
const KEEP_ALIVE = 65_000;

/** How often connections that have become idle are closed during a shutdown, ms. */
const IDLE_CHECK = 50;

/**
 * Serves `fetch` over HTTP/1.1. A client that is slower than the timeouts is disconnected. While `fetch` is a pending
 * promise, requests wait for it.
 *
 * @throws Error of Node.js if the server cannot listen on the address (`EADDRINUSE` …)
 */
export async function listen(fetch: Fetch | Promise<Fetch>, options: ListenOptions): Promise<Listener> {
  const server = createServer({
    requestTimeout: options.requestTimeout * 1000,
    headersTimeout: options.headersTimeout * 1000,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: KEEP_ALIVE,
  });
  if (typeof fetch === "function") serveWith(server, fetch);
  else serveLater(server, fetch);
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

function serveWith(server: Server, fetch: Fetch): void {
  const listener = getRequestListener(fetch);
  server.on("request", (incoming, outgoing) => void listener(incoming, outgoing));
}

function serveLater(server: Server, fetch: Promise<Fetch>): void {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const wait = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void waiting.push([incoming, outgoing]);
  server.on("request", wait);
  const start = (ready: Fetch) => {
    serveWith(server.off("request", wait), ready);
    for (const request of waiting) server.emit("request", ...request);
  };
  // If it fails, the caller that made the promise closes the server.
  fetch.then(start, () => {});
}

async function close(server: Server, timeout: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), timeout * 1000);
  // A connection whose last response is sent after `server.close` would stay open for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(cut);
  clearInterval(idle);
}

/** Returns the address of the socket's peer, from the `env` that @hono/node-server passes with a request. */
export function peerAddress(env: unknown): string {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
