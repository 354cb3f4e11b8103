import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import {
  ACCOUNT_COLUMNS,
  accountRow,
  CLIENT_COLUMNS,
  clientRow,
  EVENT_COLUMNS,
  eventRow,
  GRANT_COLUMNS,
  grantRow,
} from "./administration-rows.ts";
import type { Sizes, Value } from "./administration-rows.ts";
import { copyIn } from "./copy.ts";

/** A table to fill: its columns, how many rows, and the one of a number. */
interface Filling {
  table: string;
  columns: readonly string[];
  count: number;
  row: (number: number) => Value[];
}

/** @param settings of a client, for all of them */
function fillingsOf(sizes: Sizes, settings: object): Filling[] {
  return [
    {
      table: "clients",
      columns: CLIENT_COLUMNS,
      count: sizes.clients,
      row: (number) => clientRow(number, settings, sizes),
    },
    {
      table: "accounts",
      columns: ACCOUNT_COLUMNS,
      count: sizes.accounts,
      row: (number) => accountRow(number, sizes),
    },
    {
      table: "grants",
      columns: GRANT_COLUMNS,
      count: sizes.grants,
      row: (number) => grantRow(number, sizes),
    },
    {
      table: "events",
      columns: EVENT_COLUMNS,
      count: sizes.events,
      row: (number) => eventRow(number, sizes),
    },
  ];
}

/** Bytes, as each engine reads them from hexadecimal text. */
const BYTES = new Set(["secret_hash"]);

/**
 * Fills the tables of a SQLite database that has a client. Indexes are built afterwards from their own definitions, as one
 * loads a large table.
 */
export function fillSqlite(path: string, sizes: Sizes): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = FILE");
  const settings = JSON.parse(database.prepare("SELECT settings FROM clients").get()?.["settings"] as string);
  const indexes = database
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('grants', 'events')",
    )
    .all() as { name: string; sql: string }[];
  database.exec("DELETE FROM events");
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  for (const { table, columns, count, row } of fillingsOf(sizes, settings as object)) {
    const values = columns.map((column) => {
      return BYTES.has(column) || (table === "grants" && column === "id") ? "unhex(?, '-')" : "?";
    });
    const insert = database.prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`,
    );
    database.exec("BEGIN");
    for (let number = 0; number < count; number += 1) {
      insert.run(...row(number));
      if (number % 200_000 === 199_999) database.exec("COMMIT; BEGIN");
    }
    database.exec("COMMIT");
  }
  for (const { sql } of indexes) database.exec(sql);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** As `fillSqlite`, for the database of a URL. */
export async function fillPostgres(url: string, sizes: Sizes): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: kept } = await client.query<{ settings: string }>("SELECT settings FROM clients");
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
      WHERE tablename IN ('grants', 'events') AND indexname NOT LIKE '%_pkey'`,
  );
  await client.query("DELETE FROM events");
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  for (const filling of fillingsOf(sizes, JSON.parse(kept[0]?.settings ?? "{}") as object)) {
    const { table, columns } = filling;
    await copyIn(client, `COPY ${table} (${columns.join(", ")}) FROM STDIN`, lines(filling));
  }
  await client.query(`ALTER TABLE events ALTER COLUMN id RESTART WITH ${sizes.events + 1}`);
  await client.query("SET maintenance_work_mem = '512MB'");
  for (const { definition } of indexes) await client.query(definition);
  await client.query("VACUUM (ANALYZE)");
  await client.end();
}

/** Lines in the text format of COPY. */
function* lines({ columns, count, row }: Filling): Generator<string> {
  const bytes = columns.map((column) => BYTES.has(column));
  const text = (value: Value, i: number) => {
    if (value === null) return String.raw`\N`;
    return bytes[i] ? String.raw`\\x${value}` : String(value).replaceAll("\\", "\\\\");
  };
  for (let first = 0; first < count; first += 500) {
    let chunk = "";
    for (let number = first; number < Math.min(count, first + 500); number += 1) {
      chunk += `${row(number).map(text).join("\t")}\n`;
    }
    yield chunk;
  }
}
