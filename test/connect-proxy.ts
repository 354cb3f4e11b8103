import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** Tunnels every connection (CONNECT, RFC 9110 §9.3.6) to one port of this machine, whatever host was asked for. */
export class ConnectProxy {
  /** What it was asked for, and with which credentials. */
  asked: { target: string | undefined; credentials: string | undefined }[] = [];
  /** What it answers: 200, or a refusal. */
  status = 200;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer().on("connect", (request, socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      this.asked.push({ target: request.url, credentials: request.headers["proxy-authorization"] });
      if (this.status === 200) this.#tunnel(socket, port);
      else socket.end(`HTTP/1.1 ${this.status} No\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  static async start(port: number): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(port);
    await once(proxy.#server.listen(0, "127.0.0.1"), "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #tunnel(socket: Socket, port: number): void {
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    this.#sockets.add(target);
    target.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("close", () => target.destroy());
  }
}
