import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

interface Pair {
  /** Of the program that connected. */
  caller: Socket;
  server: Socket;
}

/**
 * A loopback port in front of a server's. While it is shut, it is like a server that hangs: connections are accepted,
 * nothing is answered, not even their end.
 */
export class Gate {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #isShut = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (caller) => this.#accept(caller));
  }

  /** @param target the server's port */
  static async before(target: number): Promise<Gate> {
    const gate = new Gate(target);
    await new Promise<void>((resolve) => gate.#server.listen(0, "127.0.0.1", resolve));
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that their callers have not ended. */
  get connections(): number {
    return [...this.#pairs].filter(({ caller }) => !caller.readableEnded).length;
  }

  /** What is sent while it is shut is lost. */
  shut(): void {
    this.#isShut = true;
  }

  open(): void {
    this.#isShut = false;
    for (const { caller, server } of this.#pairs) if (caller.readableEnded) server.end();
  }

  /** Resets every connection. */
  reset(): void {
    for (const { caller } of this.#pairs) caller.resetAndDestroy();
  }

  close(): void {
    this.#server.close();
    for (const { caller } of this.#pairs) caller.destroy();
  }

  #accept(caller: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const pair = { caller, server };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [caller, server],
      [server, caller],
    ] as const) {
      from.on("error", () => {});
      from.on("data", (bytes) => void (this.#isShut || to.write(bytes)));
      from.on("end", () => void (this.#isShut || to.end()));
    }
    caller.once("close", () => {
      this.#pairs.delete(pair);
      server.destroy();
    });
  }
}
