import { createAdaptorServer } from "@hono/node-server";
import type { Server } from "node:http";
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

type Fetch = (request: Request, env: unknown) => Response | Promise<Response>;

/** Load balancers keep idle connections for about a minute; the server must not be the first to close, ms. */
const KEEP_ALIVE = 65_000;

/** While closing, how often connections that have become idle are closed, ms. */
const IDLE_CHECK = 50;

/** Serves `fetch` over HTTP/1.1. Slow senders are cut off and never hold up others. */
export async function listen(fetch: Fetch, options: ListenOptions): Promise<Listener> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      requestTimeout: options.requestTimeout * 1000,
      headersTimeout: options.headersTimeout * 1000,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: KEEP_ALIVE,
    },
  }) as Server;
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
