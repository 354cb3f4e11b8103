import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../packages/server/src/store/contract/postgres-server.ts";

export interface RedisServer {
  readonly url: string;
  /** The server ends without saying goodbye. */
  kill(): Promise<void>;
}

/** A Redis that keeps nothing on disk, on the loopback interface. */
export async function startRedis(program: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "regrant-redis-"));
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(program, flags, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (/ready to accept connections/i.test(line)) return { url: `redis://127.0.0.1:${port}`, kill };
  }
  throw new Error("redis-server did not start");
}
