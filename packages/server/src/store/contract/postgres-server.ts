/** A real PostgreSQL for the tests, from npm. Imported by tests only. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { PASSWORD, PostgresProgram, SUPERUSER } from "../../../../../test/postgres-program.ts";
import { stopProgram } from "../../../../../test/program.ts";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { ACTOR, granted } from "./bench.ts";
import { newClient, newGrant } from "./fixtures.ts";
import type { Grant, RotationResult, Store } from "../store.ts";
import { TYPES } from "../postgres/connect.ts";
import { openPostgresStore } from "../postgres/engine.ts";
import type { PostgresOptions } from "../postgres/engine.ts";

export type DatabaseContent = "tables" | "nothing";

/** Empties all tables, in which nothing refers to another, as they are after the migrations. */
const EMPTY = `
  DO $$ BEGIN
    EXECUTE (SELECT string_agg(format('DELETE FROM %I', tablename), '; ') FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'regrant_schema');
  END $$;
  INSERT INTO meta (key, value) VALUES ('revision', 1), ('longest_access_ttl', 0), ('pinged', 0);
  ALTER TABLE events ALTER COLUMN id RESTART`;

/** Has all tables; new databases are copies of it. */
const TEMPLATE = "regrant_template";

/** A server on a loopback port, with its files in a temporary folder. */
export class TestServer {
  readonly port: number;
  readonly #folder: string;
  readonly #start: () => Promise<ChildProcess>;
  /** URLs of databases with tables that no store has open. */
  readonly #unused: string[] = [];
  #server: ChildProcess;
  #databases = 0;

  private constructor(
    server: ChildProcess,
    folder: string,
    port: number,
    start: () => Promise<ChildProcess>,
  ) {
    this.#server = server;
    this.#folder = folder;
    this.port = port;
    this.#start = start;
  }

  /** @param settings of the server, as `name=value`. It loses what it wrote when the machine dies, unless told otherwise. */
  static async start(settings: readonly string[] = ["fsync=off"]): Promise<TestServer> {
    const folder = temporaryFolder("postgres");
    const data = join(folder, "data");
    const program = await PostgresProgram.prepare(folder);
    await program.initialise(data, ["--no-sync"]);
    const port = await freePort();
    const start = () => program.start(data, port, settings);
    const started = new TestServer(await start(), folder, port, start);
    await started.query("postgres", `CREATE DATABASE ${TEMPLATE}`);
    await (await openPostgresStore(started.url(TEMPLATE))).close();
    return started;
  }

  url(database: string): string {
    return `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  /** The URL of a new database: with the tables, or quite empty. */
  async newDatabase(content: DatabaseContent = "tables"): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    const template = content === "tables" ? TEMPLATE : "template0";
    await this.query("postgres", `CREATE DATABASE ${name} TEMPLATE ${template}`);
    return this.url(name);
  }

  /**
   * Opens a store on an empty database. It may have been another's, which is faster than to make one for each.
   *
   * @param reach the URL by which the store reaches a database
   */
  async openEmpty(options: PostgresOptions, reach = (url: string) => url): Promise<Store> {
    const url = this.#unused.pop() ?? (await this.newDatabase());
    await this.query(url, EMPTY);
    const store = await openPostgresStore(reach(url), options);
    const close = async () => {
      await store.close();
      this.#unused.push(url);
    };
    return { ...store, close };
  }

  /** One statement on a connection of its own. */
  async query(database: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const url = database.startsWith("postgres://") ? database : this.url(database);
    const client = await connected(url);
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** A store on a new database with `count` grants of one client; closed after the test. */
  async withGrants(
    count: number,
    use: (bed: Bed) => Promise<void>,
    options: PostgresOptions = {},
  ): Promise<void> {
    const url = await this.newDatabase();
    const batches: number[] = [];
    const store = await openPostgresStore(url, { onBatch: (members) => batches.push(members), ...options });
    const other = await connected(url);
    try {
      const client = newClient();
      await store.clients.create(client, ACTOR);
      const grants: Grant[] = [];
      for (let i = 0; i < count; i += 1) grants.push(await granted(store, newGrant(client.id)));
      batches.length = 0;
      await use({ store, grants, url, other, batches });
    } finally {
      await other.end();
      await store.close();
    }
  }

  /** Ends it, breaking off every connection, and starts it again. */
  async restart(): Promise<void> {
    await stopProgram(this.#server, "SIGINT");
    this.#server = await this.#start();
  }

  async stop(): Promise<void> {
    await stopProgram(this.#server, "SIGINT"); // A fast shutdown: it does not wait for those who are connected.
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Bed {
  store: Store;
  grants: Grant[];
  url: string;
  /** Another program's connection. */
  other: Client;
  /** The members of each transaction. */
  batches: number[];
}

export function generationOf(result: RotationResult): string {
  return "grant" in result ? `${result.outcome} ${result.grant.generation}` : result.outcome;
}

/** Ends every connection of the stores on the database of `other`. */
export async function terminate(other: Client): Promise<void> {
  await other.query(`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'regrant' AND datname = current_database()`);
}

/** A plain connection, as another program has one. */
export async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, types: TYPES });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
