import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { copyFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { placeForServers, PostgresServer } from "./postgres-server.ts";
import { Service } from "./service.ts";

/** A row of `grants`, where it is used here. */
export interface GrantRow {
  generation: number;
  revoked: boolean;
}

/** A service on an empty database of its own, which a test may look into, copy and bring back. */
export interface Bed {
  readonly service: Service;
  /** Of every grant, by its id. */
  grants: () => Promise<Map<string, GrantRow>>;
  /** What the engine itself finds wrong with its files fails the test. */
  assertSound: () => Promise<void>;
  /** A consistent copy, while the service runs. */
  backUp: () => Promise<void>;
  /** Puts the copy in place of the database; no process of the service runs. Nothing of what was written since is left. */
  restore: () => Promise<void>;
}

/** An engine, and how many processes of the service share a database in its tests. */
export interface Engine {
  readonly name: string;
  readonly processes: number;
  prepare: (t: TestContext) => Promise<Bed>;
}

/** Processes of one service have one issuer; by default it would be each one's own address. */
const SHARED = { REGRANT_ISSUER: "http://127.0.0.1", REGRANT_LOG_LEVEL: "warn" };

export const sqlite: Engine = { name: "one process on SQLite", processes: 1, prepare: prepareSqlite };
export const sqliteShared: Engine = { ...sqlite, name: "four processes on one SQLite file", processes: 4 };
export const postgres: Engine = {
  name: "four processes on PostgreSQL",
  processes: 4,
  prepare: preparePostgres,
};

async function prepareSqlite(t: TestContext): Promise<Bed> {
  const service = await Service.prepare(t, SHARED);
  const { database } = service;
  return {
    service,
    grants: () =>
      Promise.resolve(
        rowsById(service.query("SELECT lower(hex(id)) AS id, generation, revoked_at FROM grants")),
      ),
    assertSound: () => {
      assert.deepEqual({ ...service.query("PRAGMA integrity_check")[0] }, { integrity_check: "ok" });
      return Promise.resolve();
    },
    backUp: async () => {
      service.query("VACUUM INTO ?", `${database}.backup`);
      await copyFile(`${database}.key`, `${database}.backup.key`);
    },
    restore: async () => {
      for (const suffix of ["", "-wal", "-shm", ".key"]) await rm(`${database}${suffix}`, { force: true });
      await rename(`${database}.backup`, database);
      await rename(`${database}.backup.key`, `${database}.key`);
    },
  };
}

async function preparePostgres(t: TestContext): Promise<Bed> {
  const { folder, servers } = await placeForServers(t);
  let server = await PostgresServer.initialise(join(folder, "server"));
  servers.push(server);
  await server.query("CREATE EXTENSION amcheck");
  const service = await Service.prepare(t, {
    ...SHARED,
    REGRANT_DATABASE: server.url(),
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
  });
  let copy: PostgresServer | undefined;
  return {
    service,
    grants: async () =>
      rowsById(
        await server.query("SELECT replace(id::text, '-', '') AS id, generation, revoked_at FROM grants"),
      ),
    assertSound: async () => {
      assert.deepEqual(await server.query("SELECT * FROM verify_heapam('grants')"), []);
      // Raises an error where an index and its table disagree.
      await server.query(
        "SELECT bt_index_check(indexrelid, true) FROM pg_index WHERE indrelid = 'grants'::regclass",
      );
    },
    backUp: async () => {
      copy = await server.copy(join(folder, "copy"));
    },
    restore: async () => {
      assert.ok(copy !== undefined, "there is a copy");
      await server.kill();
      server = copy.at(server.port);
      servers.push(server);
      await server.start();
    },
  };
}

/** @param rows ids as 32 hex digits */
function rowsById(rows: readonly Record<string, unknown>[]): Map<string, GrantRow> {
  return new Map(
    rows.map(({ id, generation, revoked_at }) => [
      String(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
      { generation: generation as number, revoked: revoked_at !== null },
    ]),
  );
}
