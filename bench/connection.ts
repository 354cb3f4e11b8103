import { connect } from "node:net";
import type { Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * One kept-alive HTTP/1.1 connection with at most one request under way. It understands just what a token endpoint
 * answers (a status, a Content-Length or chunks, a body), so that the load generator costs little of the machine it measures.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #onAnswer: (status: number, body: string) => void;
  readonly #onLost: (error: Error) => void;
  #received: Buffer | undefined;
  #closed = false;

  /**
   * @param onAnswer what a sent request got
   * @param onLost called once at most, and not after `close`: nothing will be answered any more
   */
  constructor(
    address: { host: string; port: number },
    onAnswer: (status: number, body: string) => void,
    onLost: (error: Error) => void,
  ) {
    this.#onAnswer = onAnswer;
    this.#onLost = onLost;
    this.#socket = connect({ ...address, noDelay: true });
    this.#socket.on("data", (chunk) => this.#receive(chunk));
    this.#socket.on("error", (error) => this.#lose(error));
    this.#socket.on("end", () => this.#lose(new Error("the server closed the connection")));
  }

  /** The whole request, head and body. */
  send(request: string): void {
    this.#socket.write(request, "latin1");
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #lose(error: Error): void {
    if (this.#closed) return;
    this.close();
    this.#onLost(error);
  }

  #receive(chunk: Buffer): void {
    const received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
    this.#received = received;
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = received.toString("latin1", 0, headEnd);
    if (CHUNKED.test(head)) {
      if (!received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return;
      this.#received = undefined;
      this.#onAnswer(Number(head.slice(9, 12)), joinChunks(received.subarray(headEnd + HEAD_END.length)));
      return;
    }
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) {
      this.#lose(new Error("an answer of unknown length"));
      return;
    }
    const bodyEnd = headEnd + HEAD_END.length + Number(length);
    if (received.length < bodyEnd) return;
    this.#received = undefined;
    this.#onAnswer(Number(head.slice(9, 12)), received.toString("utf8", headEnd + HEAD_END.length, bodyEnd));
  }
}

/** RFC 9112 §7.1, without trailers: a size in hexadecimal, a line end, so many bytes, a line end; the last has size 0. */
function joinChunks(body: Buffer): string {
  const chunks: Buffer[] = [];
  for (let start = 0; ;) {
    const lineEnd = body.indexOf("\r\n", start);
    const size = Number.parseInt(body.toString("latin1", start, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(chunks).toString("utf8");
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    start = lineEnd + 2 + size + 2;
  }
}
