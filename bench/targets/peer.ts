import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startServer } from "../child.ts";
import type { RunningServer } from "./regrant.ts";

/** Preparing hundreds of grants through a peer's own functions takes its time, ms. */
const PATIENCE = 120_000;

/** What a peer's entry file prints, as one line of JSON, once it listens. */
interface Announcement {
  port: number;
  /** Paths of the token endpoint and of the public keys. */
  token: string;
  jwks: string;
  form: Record<string, string>;
  tokens: string[];
}

/** Starts a peer's entry file, which fills its empty database itself, and waits until it listens. */
export async function servePeer(
  entry: string,
  {
    folder,
    database,
    grants,
    variant,
  }: { folder: string; database: string; grants: number; variant: string },
): Promise<RunningServer> {
  mkdirSync(folder, { recursive: true });
  const entryEnv = { PEER_DATABASE: database, PEER_GRANTS: String(grants), PEER_VARIANT: variant };
  const started = performance.now();
  const server = startServer([join(import.meta.dirname, entry)], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", ...entryEnv },
    log: join(folder, "server.log"),
  });
  for (;;) {
    const line = /^\{.*\}$/m.exec(server.printed())?.[0];
    if (line !== undefined) return running(JSON.parse(line) as Announcement);
    const late = performance.now() - started > PATIENCE ? "it does not listen" : undefined;
    const cause = server.ended() ?? late;
    if (cause !== undefined) throw new Error(`${entry} did not start: ${cause}`);
    await pause(20);
  }

  function running({ port, token, jwks, form, tokens }: Announcement): RunningServer {
    const url = `http://127.0.0.1:${port}`;
    return {
      ...server,
      startTime: performance.now() - started,
      plan: { url: url + token, form, tokens, pids: [server.pid], jwksUrl: url + jwks },
    };
  }
}
