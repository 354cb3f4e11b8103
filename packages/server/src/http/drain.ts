import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { setTimeout } from "node:timers/promises";
import { responseOn } from "./unreadable-request.ts";

/** How long a server takes to close. */
export interface CloseOptions {
  /** For requests in flight, s; then their connections are closed too. */
  timeout: number;
  /** For connections without a request, ms: a client may be about to send one. 0: it may not, and is not waited for. */
  grace: number;
}

/** How often connections that have become idle are closed during a shutdown, ms. */
const IDLE_CHECK = 50;

/** A port closes after this long without a new connection, ms. */
const SETTLED = 300;
/**
 * How long after that connections are kept, ms: the port closes with the last worker, and a proxy that lost its connections
 * to this one would bring new ones to it.
 */
const OTHER_WORKERS = 600;
/** Longest wait for connections to settle, ms. */
const SETTLE_TIMEOUT = 3000;

/** Returns a switch: while it is on, each response, those to requests in flight too, is its connection's last. */
export function lastResponses(server: Server): (on: boolean) => void {
  const sockets = new Set<Socket>();
  // Of https, the connection on which responses are sent comes with its own event.
  server.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const makeLast = (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.shouldKeepAlive = false;
  };
  return (on) => {
    server.off("request", makeLast);
    if (!on) return;
    server.prependListener("request", makeLast);
    for (const socket of sockets) {
      const outgoing = responseOn(socket);
      if (outgoing !== undefined) outgoing.shouldKeepAlive = false;
    }
  };
}

/**
 * Closes a server: waits until connections have settled, closes the port, finishes the requests in flight.
 *
 * @param makeResponsesLast of `lastResponses`
 */
export async function close(
  server: Server,
  makeResponsesLast: (on: boolean) => void,
  { timeout, grace }: CloseOptions,
): Promise<void> {
  if (grace > 0) {
    makeResponsesLast(false);
    await settle(server);
  }
  const last = globalThis.setTimeout(() => makeResponsesLast(true), grace > 0 ? OTHER_WORKERS : 0);
  await closeAll(server, { timeout, grace });
  clearTimeout(last);
}

/**
 * Waits until no connection comes any more. The operating system, or the primary process, resets those that wait to be
 * accepted when the port closes. A proxy that still sends requests here keeps the connections that it has, and opens no
 * others.
 */
async function settle(server: Server): Promise<void> {
  const started = performance.now();
  let last = started;
  const note = () => {
    last = performance.now();
  };
  server.on("connection", note);
  while (performance.now() - last < SETTLED && performance.now() - started < SETTLE_TIMEOUT) {
    await setTimeout(IDLE_CHECK);
  }
  // Right after the event loop has accepted what was waiting.
  await new Promise((resolve) => setImmediate(resolve));
  server.off("connection", note);
}

/** Closes the port, then each connection when it has no request. */
async function closeAll(server: Server, { timeout, grace }: CloseOptions): Promise<void> {
  // `close` of node:http would close idle connections at once.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const cut = globalThis.setTimeout(() => server.closeAllConnections(), timeout * 1000);
  // After the event loop has read what has arrived: a request in a socket's buffer would be lost.
  const closeIdle = () => setImmediate(() => server.closeIdleConnections());
  let check: NodeJS.Timeout | undefined;
  const idle = globalThis.setTimeout(() => {
    closeIdle();
    check = setInterval(closeIdle, IDLE_CHECK);
  }, grace);
  await closed;
  for (const timer of [cut, idle, check]) clearTimeout(timer);
}
