import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";

/** How long a message is worked on, ms: so long two senders would meet. */
const WORK = 3;

/** A message that is held back: its sender waits for the response. */
export interface Held {
  /** Whether its sender closed the connection before the response. */
  readonly isAbandoned: () => boolean;
  respond: () => void;
}

/** A receiver of webhooks that checks every signature, and remembers the order in which it first saw each event. */
export class WebhookReceiver {
  readonly #server: Server;
  #secret = "";
  readonly #seen = new Set<number>();
  /** Ids of events, in the order in which each was seen first. */
  readonly order: number[] = [];
  /** Messages, repeated ones too. */
  received = 0;
  /** The most messages that were worked on at once. */
  atOnce = 0;
  /** What was wrong with a message. */
  readonly faults: unknown[] = [];
  #working = 0;
  #hold: PromiseWithResolvers<Held> | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(t: TestContext): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on("request", (request, response) => void receiver.#receive(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The secret that messages must be signed with. */
  set secret(secret: string) {
    this.#secret = secret;
  }

  /** The next message, held back. */
  holdNext(): Promise<Held> {
    this.#hold = Promise.withResolvers<Held>();
    return this.#hold.promise;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let isAbandoned = false;
    const closed = once(response, "close").then(() => (isAbandoned = !response.writableFinished));
    this.#working += 1;
    this.atOnce = Math.max(this.atOnce, this.#working);
    void closed.then(() => (this.#working -= 1));
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      this.#check(Buffer.concat(chunks).toString(), request.headers as Record<string, string>);
      await pause(WORK);
      const hold = this.#hold;
      this.#hold = undefined;
      if (hold !== undefined) {
        const released = Promise.withResolvers<void>();
        hold.resolve({ isAbandoned: () => isAbandoned, respond: released.resolve });
        await Promise.race([released.promise, closed]);
      }
      response.writeHead(204).end();
    } catch (error) {
      // A process that is killed may leave half a request.
      if (!isAbandoned && !request.destroyed) this.faults.push(error);
    }
  }

  /** By the library of Standard Webhooks, and by hand. */
  #check(body: string, headers: Record<string, string>): void {
    const { type, data } = new Webhook(this.#secret).verify(body, headers) as {
      type: string;
      data: { event_id: number };
    };
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const key = Buffer.from(this.#secret.slice("whsec_".length), "base64");
    const mac = createHmac("sha256", key).update(signed).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${mac}`);
    assert.match(type, /^grant\./);
    this.received += 1;
    if (this.#seen.has(data.event_id)) return;
    this.#seen.add(data.event_id);
    this.order.push(data.event_id);
  }
}
