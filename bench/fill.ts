import { hash } from "node:crypto";
import type { Client } from "pg";
import type { RefreshToken } from "../packages/server/src/tokens/refresh-token.ts";
import {
  formatUuid,
  GRANT_SECRET_BYTES,
  grantSecretHash,
} from "../packages/server/src/tokens/refresh-token.ts";
import { copyIn } from "./copy.ts";

// Grants as the service makes them, each known by its number, so that any of them can be refreshed afterwards without
// keeping its token: id and secret are derived from the number.

export interface Filling {
  clientId: string;
  grants: number;
  /** The instant of the last grant, ms. */
  now: number;
}

export interface FillTimes {
  /** s. */
  copy: number;
  indexes: number;
}

const DAY = 24 * 3600 * 1000;
/** The first grants are so old; the idle time limit of a new client is ten days. */
const SPAN = 9 * DAY;
/** One grant of so many ended long enough ago to be swept. */
const DEAD_SHARE = 10;
const SCOPE = "orders:read orders:write";
const ROWS_IN_CHUNK = 500;
const COLUMNS = [
  ["id", "client_id", "created_at", "expires_at", "generation", "window_generation", "rotated_at"],
  ["retry_score", "window_retried", "secret_hash", "subject", "scope"],
].flat();

/**
 * Replaces all grants. Indexes are built afterwards from their own definitions, as one loads a large table; rows are
 * frozen, as a vacuum leaves them.
 */
export async function fillGrants(client: Client, filling: Filling): Promise<FillTimes> {
  const started = performance.now();
  const indexes = await definitionsOfIndexes(client);
  await client.query("BEGIN");
  await client.query("TRUNCATE grants");
  await client.query("ALTER TABLE grants DROP CONSTRAINT grants_pkey");
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await copyIn(client, `COPY grants (${COLUMNS.join(", ")}) FROM STDIN WITH (FREEZE)`, rows(filling));
  await client.query("COMMIT");
  const copied = performance.now();
  await client.query("SET maintenance_work_mem = '1GB'");
  await client.query("ALTER TABLE grants ADD CONSTRAINT grants_pkey PRIMARY KEY (id)");
  for (const { definition } of indexes) await client.query(definition);
  await client.query("VACUUM (ANALYZE) grants");
  return { copy: (copied - started) / 1000, indexes: (performance.now() - copied) / 1000 };
}

/** All but the primary key's. */
async function definitionsOfIndexes(client: Client): Promise<{ name: string; definition: string }[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
      WHERE tablename = 'grants' AND indexname <> 'grants_pkey'`,
  );
  return rows;
}

/** Lines in the text format of COPY. */
function* rows(filling: Filling): Generator<string> {
  for (let first = 0; first < filling.grants; first += ROWS_IN_CHUNK) {
    let chunk = "";
    const end = Math.min(filling.grants, first + ROWS_IN_CHUNK);
    for (let number = first; number < end; number++) chunk += row(number, filling);
    yield chunk;
  }
}

function row(number: number, filling: Filling): string {
  const { grantId, secret } = tokenOf(number, filling);
  const createdAt = createdAtOf(number, filling);
  const expiresAt = isDead(number) ? filling.now - 8 * DAY : createdAt + 365 * DAY;
  const secretHash = grantSecretHash(secret).toString("hex");
  const fields = [
    [grantId, filling.clientId, createdAt, expiresAt, 0, 0, createdAt],
    [0, "f", `\\\\x${secretHash}`, subjectOf(number), SCOPE],
  ].flat();
  return `${fields.join("\t")}\n`;
}

/** The first refresh token of a grant, unsealed. Its id is a UUIDv7 of the instant at which it was made. */
export function tokenOf(number: number, filling: Filling): RefreshToken {
  const id = digest(`grant ${number}`);
  id.writeUIntBE(createdAtOf(number, filling), 0, 6);
  id.writeUInt8(0x70 | (id.readUInt8(6) & 0x0f), 6);
  id.writeUInt8(0x80 | (id.readUInt8(8) & 0x3f), 8);
  const secret = digest(`secret ${number}`).subarray(0, GRANT_SECRET_BYTES);
  return { grantId: formatUuid(id), generation: 0, secret };
}

/** Numbers of `count` living grants, all different, drawn evenly over the whole table. */
export function drawGrants(count: number, { grants }: Filling): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const number = Math.floor(Math.random() * grants);
    if (!isDead(number)) drawn.add(number);
  }
  return [...drawn];
}

function createdAtOf(number: number, { grants, now }: Filling): number {
  return Math.floor(now - SPAN + (number * SPAN) / grants);
}

function isDead(number: number): boolean {
  return number % DEAD_SHARE === 0;
}

/** A UUID that two grants share, the one made long after the other. */
function subjectOf(number: number): string {
  return formatUuid(digest(`subject ${number >> 1}`));
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
