import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRegrant } from "../packages/server/src/index.ts";
import type { Admin } from "../packages/server/src/index.ts";
import { freePort } from "../test/ports.ts";
import { PostgresProgram, SUPERUSER } from "../test/postgres-program.ts";
import { stopProgram } from "../test/program.ts";
import { fillPostgres, fillSqlite } from "./administration-fill.ts";
import type { Sizes } from "./administration-rows.ts";
import { SETTINGS } from "./postgres.ts";

/** A filled store, and the operations of administration on it. */
export interface Started {
  admin: Admin;
  stop: () => Promise<void>;
}

type Start = (folder: string, sizes: Sizes, tell: (text: string) => void) => Promise<Started>;

const DATABASE = "administration";
/** How long a server may take to stop, ms. */
const STOPPING = 600_000;

/** Serves nothing: neither a sweep nor a refresh is measured with the calls. */
function open(folder: string, database: string) {
  return createRegrant({
    issuer: "http://127.0.0.1:8080",
    database,
    masterKey: masterKeyOf(folder),
    logLevel: "error",
    sweepInterval: 0,
  });
}

/** It is kept beside the store. */
function masterKeyOf(folder: string): string {
  const file = join(folder, "master.key");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/** Fills the store of a folder once. */
async function filled(
  folder: string,
  database: string,
  tell: (text: string) => void,
  fill: () => Promise<void>,
) {
  const done = join(folder, "filled");
  if (!existsSync(done)) {
    const regrant = await open(folder, database);
    await regrant.admin.clients.create({ name: "Settings" });
    await regrant.close();
    const started = performance.now();
    await fill();
    writeFileSync(done, "");
    tell(`${folder}: filled in ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return open(folder, database);
}

export const startSqlite: Start = async (folder, sizes, tell) => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "regrant.db");
  const fill = async () => fillSqlite(path, sizes);
  const regrant = await filled(folder, `sqlite:${path}`, tell, fill);
  return { admin: regrant.admin, stop: () => regrant.close() };
};

/** On a server of its own, whose files stay in the folder, and its password. */
export const startPostgresql: Start = async (folder, sizes, tell) => {
  mkdirSync(folder, { recursive: true });
  const program = await PostgresProgram.prepare(folder);
  const data = join(folder, "data");
  if (!existsSync(data)) await program.initialise(data);
  const port = await freePort();
  const settings = SETTINGS.filter((setting) => !setting.startsWith("shared_preload_libraries"));
  const server = await program.start(data, port, settings);
  const password = readFileSync(join(folder, "password"), "utf8");
  const url = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  const fill = async () => fillPostgres(url(DATABASE), sizes);
  await createDatabase(url("postgres"));
  const regrant = await filled(folder, url(DATABASE), tell, fill);
  const stop = async () => {
    await regrant.close();
    await stopProgram(server, "SIGINT", STOPPING);
  };
  return { admin: regrant.admin, stop };
};

async function createDatabase(url: string): Promise<void> {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
}
