import { once } from "node:events";
import type { Client, Connection, Submittable } from "pg";

/** What `pg` offers of COPY: its connection can send the messages, its types do not say so. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** `COPY … FROM STDIN`: sends each chunk as the server asks for data, and is done when the server has it all. */
class CopyIn implements Submittable {
  readonly #statement: string;
  readonly #chunks: Iterable<string>;
  readonly #settle: (error?: Error) => void;
  #failure: Error | undefined;

  constructor(statement: string, chunks: Iterable<string>, settle: (error?: Error) => void) {
    this.#statement = statement;
    this.#chunks = chunks;
    this.#settle = settle;
  }

  submit(connection: Connection): void {
    connection.query(this.#statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#send(connection).catch((error: unknown) => connection.sendCopyFail(String(error)));
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#failure = error;
    this.#settle(error);
  }

  handleReadyForQuery(): void {
    if (this.#failure === undefined) this.#settle();
  }

  /** No faster than the server reads: rows that wait would all be in memory. */
  async #send(connection: CopyConnection): Promise<void> {
    for (const chunk of this.#chunks) {
      connection.sendCopyFromChunk(Buffer.from(chunk));
      if (this.#failure !== undefined) return;
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain");
    }
    connection.endCopyFrom();
  }
}

/** @throws Error of the server, if it refuses the statement or a row */
export function copyIn(client: Client, statement: string, chunks: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, chunks, (error) => (error ? reject(error) : resolve())));
  });
}
