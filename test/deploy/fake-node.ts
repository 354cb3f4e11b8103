/** In the place of a node: what a proxy sends it, and how often. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { TestContext } from "node:test";

/** A request that arrived. Health checks are not among them. */
interface Arrived {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** Emits `readyz` after each health check, and `idle` with how long a connection was idle when it was closed, ms. */
export class FakeNode extends EventEmitter<{ readyz: []; idle: [number] }> {
  readonly port: number;
  readonly arrived: Arrived[] = [];
  /** What `/readyz` is answered with. */
  ready = 200;
  /** When the last response on a connection was sent, ms of a monotonic clock. */
  readonly #answered = new WeakMap<Socket, number>();

  private constructor(port: number) {
    super();
    this.port = port;
  }

  /** Runs until the end of the test. A request to `/lost` loses its connection when it has arrived. */
  static async start(t: TestContext): Promise<FakeNode> {
    const server = createServer({ keepAliveTimeout: 60_000 }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const node = new FakeNode((server.address() as AddressInfo).port);
    server.on("request", (request, response) => node.#answer(request, response));
    server.on("connection", (socket) => socket.once("close", () => node.#closed(socket)));
    return node;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "", headers, socket } = request;
    if (path === "/readyz") {
      response.writeHead(this.ready, { connection: "close" }).end();
      response.once("close", () => this.emit("readyz"));
      return;
    }
    this.arrived.push({ method, path, headers });
    request.resume().once("end", () => {
      if (path.startsWith("/lost")) socket.destroy();
      else response.end("node", () => this.#answered.set(socket, performance.now()));
    });
  }

  #closed(socket: Socket): void {
    const answered = this.#answered.get(socket);
    if (answered !== undefined) this.emit("idle", performance.now() - answered);
  }
}
