/** A primary and its standby: two real PostgreSQL servers. */
import { join } from "node:path";
import type { TestContext } from "node:test";
import { PgBouncer } from "./pgbouncer.ts";
import { placeForServers, PostgresServer, until } from "./postgres-server.ts";
import type { Rows } from "./postgres-server.ts";

const STANDBY = "standby";

export class PostgresPair {
  readonly #primary: PostgresServer;
  readonly #standby: PostgresServer;

  private constructor(primary: PostgresServer, standby: PostgresServer) {
    this.#primary = primary;
    this.#standby = standby;
  }

  /**
   * Both servers, with an empty database; ended after the test.
   *
   * @param mode `synchronous`: no commit is answered before the standby has it
   */
  static async start(t: TestContext, mode: "synchronous" | "asynchronous"): Promise<PostgresPair> {
    const { folder, servers } = await placeForServers(t);
    const primary = await PostgresServer.initialise(join(folder, "primary"));
    servers.push(primary);

    const standby = await primary.copy(join(folder, "standby"), {
      "standby.signal": "",
      "postgresql.auto.conf":
        `primary_conninfo = '${primary.conninfo} application_name=${STANDBY}'\n` +
        "wal_retrieve_retry_interval = 100\n",
    });
    servers.push(standby);
    await standby.start();
    if (mode === "synchronous") await primary.configure("synchronous_standby_names", STANDBY);
    const followed = `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = $1`;
    const state = mode.replace("hronous", "");
    await until(async () => (await primary.query(followed, undefined, [state])).length > 0);
    return new PostgresPair(primary, standby);
  }

  /** The URL that names both servers. */
  get url(): string {
    return this.#primary.url(undefined, this.#standby.port);
  }

  /** The URL that names a PgBouncer in front of each server. @param program its executable */
  async urlBehind(t: TestContext, program: string): Promise<string> {
    const start = ({ port }: PostgresServer) => PgBouncer.start(program, port);
    const [first, second] = await Promise.all([start(this.#primary), start(this.#standby)]);
    t.after(() => Promise.all([first.stop(), second.stop()]));
    return `${this.#primary.at(first.port).url(undefined, second.port)}?pooler=transaction`;
  }

  /** Asks the standby, which is the primary once it is promoted. */
  query(text: string, values: unknown[] = []): Promise<Rows> {
    return this.#standby.query(text, undefined, values);
  }

  /** Waits until the standby shows all that was written up to now. */
  async caughtUp(): Promise<void> {
    const [row] = await this.#primary.query("SELECT pg_current_wal_lsn()::text AS written");
    const reached = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= $1::pg_lsn";
    await until(async () => (await this.query(reached, [row?.["written"]])).length > 0);
  }

  /** From here on the standby receives nothing. */
  async disconnectStandby(): Promise<void> {
    await this.#standby.configure("primary_conninfo", "");
    await until(async () => (await this.query("SELECT 1 FROM pg_stat_wal_receiver")).length === 0);
    // What it had received is shown in the end.
    const shown = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn()";
    await until(async () => (await this.query(shown)).length > 0);
  }

  /** `kill -9` for every process of the primary. */
  killPrimary(): Promise<void> {
    return this.#primary.kill();
  }

  /** Returns when the standby takes writes. */
  async promoteStandby(): Promise<void> {
    const [row] = await this.query("SELECT pg_promote(true, 30) AS promoted");
    if (row?.["promoted"] !== true) throw new Error("the standby was not promoted");
  }
}
