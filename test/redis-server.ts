import { rm } from "node:fs/promises";
import { freePort } from "./ports.ts";
import { startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface RedisServer {
  readonly url: string;
  /** The server ends without saying goodbye. */
  kill(): Promise<void>;
}

/** A Redis that keeps nothing on disk, on the loopback interface. */
export async function startRedis(program: string): Promise<RedisServer> {
  const folder = temporaryFolder("redis");
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = await startProgram(program, flags, { cwd: folder, ready: /ready to accept connections/i });
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      await stopProgram(child, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
