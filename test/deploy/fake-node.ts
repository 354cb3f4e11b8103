/** In the place of a node: what a proxy sends it, and how often. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A request that arrived with its body. Health checks are not among them. */
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

  private constructor(port: number) {
    super();
    this.port = port;
  }

  /** Runs until the end of the test. A request to `/lost` loses its connection when it has arrived. */
  static async start(t: TestContext): Promise<FakeNode> {
    const server = createServer({ keepAliveTimeout: 60_000, keepAliveTimeoutBuffer: 0 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const node = new FakeNode((server.address() as AddressInfo).port);
    server.on("request", (request, response) => void node.#answer(request, response));
    return node;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers, socket } = request;
    request.resume();
    await once(request, "end");
    if (path === "/readyz") {
      response.writeHead(this.ready, { connection: "close" }).end();
      await once(response, "close");
      this.emit("readyz");
      return;
    }
    this.arrived.push({ method, path, headers });
    if (path === "/lost") {
      socket.destroy();
      return;
    }
    response.end("node");
    await once(response, "finish");
    const since = performance.now();
    socket.once("close", () => this.emit("idle", performance.now() - since));
  }
}
