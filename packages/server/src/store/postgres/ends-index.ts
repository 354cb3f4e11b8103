import type { Client } from "pg";
import type { DatabaseAddress } from "./address.ts";
import { connectToPrimary, disconnect } from "./connect.ts";
import type { Query, Statement } from "./database.ts";

/**
 * `valid`: it can be used. `built`: a server process makes it at this moment. Neither: it was never begun, or what made it
 * ended early.
 */
const LOOK: Statement = {
  name: "ends_index_look",
  text: `SELECT
    EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('grants_by_end') AND indisvalid) AS valid,
    EXISTS (SELECT 1 FROM pg_stat_progress_create_index WHERE relid = 'grants'::regclass) AS built`,
};

/**
 * The index `grants_by_end`, by which the grants that end soon are found. The migration makes it where there are few grants;
 * of a large table it is built beside the refreshes, after a sweep: a migration would hold them up for as long as it takes.
 * A refresh does not change when its grant ends, so its update stays in its page (HOT).
 */
export class EndsIndex {
  readonly #address: DatabaseAddress;
  #isValid = false;
  #building: { client: Client | undefined; done: Promise<void> } | undefined;
  #closed = false;

  constructor(address: DatabaseAddress) {
    this.#address = address;
  }

  /** Whether it can be used. */
  async isValid(query: Query): Promise<boolean> {
    return (this.#isValid ||= (await query(LOOK))[0]?.["valid"] === true);
  }

  /** Begins to build it, unless it is there or something builds it. A build that fails is begun again by a later call. */
  async begin(query: Query): Promise<void> {
    if (this.#isValid || this.#closed || this.#building !== undefined) return;
    const [found] = await query(LOOK);
    if (found?.["valid"] === true || found?.["built"] === true) return;
    const building = { client: undefined as Client | undefined, done: Promise.resolve() };
    this.#building = building;
    building.done = this.#build(building)
      .catch(() => {})
      .finally(() => (this.#building = undefined));
  }

  /** Without a time limit, on a connection of its own. */
  async #build(building: { client: Client | undefined }): Promise<void> {
    const { client } = await connectToPrimary(this.#address, 0, 0);
    building.client = client;
    try {
      if (this.#closed) return;
      // What a build that ended early leaves behind is of no use, and costs every write.
      await client.query("DROP INDEX CONCURRENTLY IF EXISTS grants_by_end");
      await client.query("CREATE INDEX CONCURRENTLY grants_by_end ON grants (expires_at, id)");
    } finally {
      await disconnect(client);
    }
  }

  /** Does not wait for a build: the server ends it, or the next sweep begins it again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#building?.client?.end().catch(() => {});
    await this.#building?.done;
  }
}
