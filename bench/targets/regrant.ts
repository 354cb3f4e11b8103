import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { processesOf } from "../accounting.ts";
import { startServer } from "../child.ts";
import type { Server } from "../child.ts";
import type { LoadPlan } from "../load-plan.ts";
import type { Algorithm } from "../signatures.ts";

const COMMAND = join(import.meta.dirname, "../../packages/regrant/bin/regrant.js");
/** How long a server may take to start, ms. */
const PATIENCE = 30_000;

const run = promisify(execFile);

/** A database of Regrant with one client and its grants, and a folder for what its server writes. */
export interface Database {
  folder: string;
  /** The file of a SQLite database. */
  path: string;
  env: NodeJS.ProcessEnv;
  /** How the client authenticates. */
  form: Record<string, string>;
  /** A refresh token of each grant. */
  tokens: readonly string[];
}

export interface RunningServer extends Server {
  /** Of a peer. */
  version?: string | undefined;
  /** From the start of its process to the answer of `/healthz`, ms. */
  startTime: number;
  /** All of a load's plan that is the target's to say. */
  plan: Omit<LoadPlan, "inFlight">;
}

/**
 * Makes a database with the product's own commands and defaults, as an operator would.
 *
 * @param postgres the URL of an empty database; unless given, a SQLite database is made in the folder
 */
export async function createDatabase(
  folder: string,
  { algorithm, grants, postgres }: { algorithm: Algorithm; grants: number; postgres?: string },
): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "regrant.db");
  const env = {
    ...withoutSettings(process.env),
    ...(postgres === undefined
      ? { REGRANT_DATABASE: `sqlite:${path}` }
      : { REGRANT_DATABASE: postgres, REGRANT_MASTER_KEY: randomBytes(32).toString("base64url") }),
    REGRANT_ISSUER: "http://localhost:8787",
    REGRANT_PORT: "0",
    REGRANT_SIGNING_ALGORITHM: algorithm,
  };
  const scopes = ["--scope", "orders:read", "--scope", "orders:write"];
  const created = await regrant(folder, env, ["client", "create", "--name", "bench", ...scopes, "--json"]);
  const { client_id: id, client_secret: secret } = JSON.parse(created) as Record<string, string>;
  if (id === undefined || secret === undefined) throw new Error(`no client was made: ${created}`);
  const grant = ["--client", id, "--subject", "bench", "--scope", "orders:read orders:write"];
  const issued = await regrant(folder, env, [
    "grant",
    "issue",
    ...grant,
    "--count",
    String(grants),
    "--json",
  ]);
  const tokens = issued.trimEnd().split("\n").map(refreshTokenOf);
  return { folder, path, env, form: { client_id: id, client_secret: secret }, tokens };
}

function refreshTokenOf(line: string): string {
  const { refresh_token: token } = JSON.parse(line) as { refresh_token?: string };
  if (token === undefined) throw new Error(`no refresh token was issued: ${line}`);
  return token;
}

/** Serves a database, by several worker processes if they are given, and waits until the server answers. */
export async function serve(
  database: Database,
  { profile, workers = 1 }: { profile?: string | undefined; workers?: number } = {},
): Promise<RunningServer> {
  const { folder, env, form, tokens } = database;
  const profiling = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const started = performance.now();
  const server = startServer([...profiling, COMMAND, "serve", "--workers", String(workers)], {
    cwd: folder,
    env,
    log: join(folder, "server.log"),
  });
  let url: string | undefined;
  while (url === undefined || !(await answers(`${url}/healthz`))) {
    const cause =
      server.ended() ?? (performance.now() - started > PATIENCE ? "it does not answer" : undefined);
    if (cause !== undefined) throw new Error(`the server did not start: ${cause}`);
    await pause(2);
    url = /^Regrant listens on (\S+)$/m.exec(server.printed())?.[1];
  }
  const startTime = performance.now() - started;
  const jwksUrl = `${url}/.well-known/jwks.json`;
  return {
    ...server,
    startTime,
    plan: { url: `${url}/oauth/token`, form, tokens, pids: processesOf(server.pid), jwksUrl },
  };
}

async function regrant(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [COMMAND, ...args], { cwd, env, maxBuffer: 2 ** 30 });
  return stdout;
}

/** Settings of whoever runs the benchmark must not change what is measured. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("REGRANT_")));
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once("error", () => resolve(false));
  });
}
