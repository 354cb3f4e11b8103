import { getRequestListener, RequestError } from "@hono/node-server";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { close, lastResponses } from "./drain.ts";
import type { CloseOptions } from "./drain.ts";
import { contextOptions, serverTls } from "./tls.ts";
import type { ListenerTls } from "./tls.ts";
import { answerUnreadable } from "./unreadable-request.ts";
import type { Unreadable } from "./unreadable-request.ts";

/** Where the server listens, and how long it waits for a slow client. */
interface ListenOptions {
  host: string;
  port: number;
  /** How long a whole request may take to arrive, s. */
  requestTimeout: number;
  /** How long its headers may take to arrive, and before them a TLS handshake, s. */
  headersTimeout: number;
  /** null or left out: plain HTTP. */
  tls?: ListenerTls | null;
}

/** What a server serves. */
export interface Served {
  fetch: (request: Request, env: object) => Response | Promise<Response>;
  /** Makes the response to what is no request that `fetch` could get; by default it has no body. */
  unreadable?: Unreadable;
  /** Is told the address of each peer that sends `X-Forwarded-For`. */
  onForwarded?: (peer: string) => void;
}

/** A server that listens. */
export interface Listener {
  /** The port in use, also if `ListenOptions` has port 0. */
  readonly port: number;
  /** Makes each response from now on its connection's last. The server goes on accepting connections. */
  drain(): void;
  /** Stops accepting connections, waits for requests in flight, and closes the remaining connections. */
  close(options: CloseOptions): Promise<void>;
}

/**
 * How long an idle connection stays open, ms. Load balancers keep theirs for about a minute, and the server must not
 * close first.
 */
const KEEP_ALIVE = 65_000;

/**
 * Largest request line and headers together, bytes; beyond it the response is a 431. Node's own 16 KiB are too little for
 * a browser that brings the cookies of other applications on the host.
 */
export const MAX_HEAD = 64 * 1024;

/**
 * The authority of a URL whose request names none: HTTP/1.0 needs no `Host`, and in HTTP/1.1 it may be empty (RFC 9112
 * §3.2, §3.3). Nothing depends on it.
 */
export const DEFAULT_HOST = "localhost";

/**
 * Serves over HTTP/1.1. A client that is slower than the timeouts is disconnected. While `served` is a pending promise,
 * requests wait for it.
 *
 * @throws Error of Node.js if the server cannot listen on the address (`EADDRINUSE` …)
 */
export async function listen(served: Served | Promise<Served>, options: ListenOptions): Promise<Listener> {
  const server = createServerFor(options.tls ?? null, {
    requestTimeout: options.requestTimeout * 1000,
    headersTimeout: options.headersTimeout * 1000,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: KEEP_ALIVE,
    maxHeaderSize: MAX_HEAD,
  });
  const makeResponsesLast = lastResponses(server);
  if (served instanceof Promise) serveLater(server, served);
  else serve(server, served);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: () => makeResponsesLast(true),
    close: (closing) => close(server, makeResponsesLast, closing),
  };
}

/** A server of http, or of https, which takes a renewed certificate for its next connections. */
function createServerFor(tls: ListenerTls | null, options: ServerOptions): Server {
  if (tls === null) return createServer(options);
  const server = createTlsServer({ ...options, ...serverTls(tls, options.headersTimeout ?? 0) });
  tls.certificate.onChange((pair) => server.setSecureContext(contextOptions(pair, tls.asksClients)));
  // Node.js makes a `clientError` of it, whose response could not be sent.
  server.removeAllListeners("tlsClientError").on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function serve(server: Server, { fetch, unreadable, onForwarded }: Served): void {
  const listener = getRequestListener(fetch, {
    hostname: DEFAULT_HOST,
    errorHandler: (error) =>
      error instanceof RequestError && unreadable !== undefined
        ? unreadable("malformed_http", undefined)
        : new Response(null, { status: error instanceof RequestError ? 400 : 500 }),
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    void answerUnreadable(error, socket, unreadable);
  });
  server.on("request", (incoming, outgoing) => {
    if (incoming.headers["x-forwarded-for"] !== undefined) onForwarded?.(peerAddress({ incoming }));
    void listener(incoming, outgoing);
  });
}

function serveLater(server: Server, served: Promise<Served>): void {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const wait = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void waiting.push([incoming, outgoing]);
  server.on("request", wait);
  const start = (ready: Served) => {
    serve(server.off("request", wait), ready);
    for (const request of waiting) server.emit("request", ...request);
  };
  // If it fails, the caller that made the promise closes the server.
  served.then(start, () => {});
}

/** Returns the address of the socket's peer, from the `env` that @hono/node-server passes with a request. */
export function peerAddress(env: unknown): string {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
