import type { Database, Statement } from "./database.ts";
import { clock } from "./database.ts";

/** After a longer round trip than this, ms, the clock's reading is too imprecise. */
const TRUSTED_ROUND_TRIP = 100;

const MEASURE: Statement = {
  name: "revision_and_now",
  text: `SELECT value, ${clock(1)} AS now FROM meta WHERE key = 'revision'`,
};

/**
 * The database's clock without a query: this machine's, corrected by the difference that was last measured. What the
 * store writes and compares is the database's own reading.
 */
export class DatabaseClock {
  readonly #injected: (() => number) | undefined;
  #offset: number | undefined;

  constructor(injected: (() => number) | undefined) {
    this.#injected = injected;
  }

  readonly now = (): number => this.#injected?.() ?? Math.floor(Date.now() + (this.#offset ?? 0));

  /** Measures the difference, and gives the store's revision, which the same row holds. */
  async measure(database: Database): Promise<number> {
    return database.read(async (query) => {
      const asked = Date.now();
      const [row] = await query(MEASURE, [null]);
      const answered = Date.now();
      if (this.#offset === undefined || answered - asked < TRUSTED_ROUND_TRIP) {
        this.#offset = (row?.["now"] as number) - (asked + answered) / 2;
      }
      return row?.["value"] as number;
    });
  }
}
