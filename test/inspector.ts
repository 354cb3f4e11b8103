import { once } from "node:events";
import type { Profiler } from "node:inspector";

/** How long one command may take, ms. */
const PATIENCE = 10_000;

interface Reply {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

/** Speaks the inspector's protocol with another Node process, which was started with `--inspect`. */
export class Inspector {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param output what the process printed; one line has the inspector's address */
  static async connect(output: string): Promise<Inspector> {
    const [address] = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(output) ?? [];
    if (address === undefined) throw new Error(`no inspector's address in:\n${output}`);
    const socket = new WebSocket(address);
    await once(socket, "open", { signal: AbortSignal.timeout(PATIENCE) });
    return new Inspector(socket);
  }

  /** One command at a time. */
  async post(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    const id = ++this.#lastId;
    const signal = AbortSignal.timeout(PATIENCE);
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [message] = (await once(this.#socket, "message", { signal })) as [MessageEvent<string>];
      const { id: answered, result, error } = JSON.parse(message.data) as Reply;
      if (answered !== id) continue;
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result;
    }
  }

  /** How often each function ran since the last call. */
  async takeCoverage(): Promise<Profiler.ScriptCoverage[]> {
    const taken = await this.post("Profiler.takePreciseCoverage");
    return (taken as Profiler.TakePreciseCoverageReturnType).result;
  }

  close(): void {
    this.#socket.close();
  }
}
