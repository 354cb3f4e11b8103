import { setImmediate } from "node:timers/promises";
import { AdminError, requireWholeNumber } from "./admin-error.ts";

/**
 * A page of a listing. It may be short, or even empty, while `next` is not null: a listing with a filter examines a bounded
 * number of rows for each page, so that it responds in time however few of them match.
 */
export interface Listing<Item> {
  items: Item[];
  /** Passed as `after` with the same filter, it continues where this page ends. null: there is no more. */
  next: string | null;
}

/** Which page of a listing: the one after the cursor `after`, the first by default. */
export interface PageOptions {
  after?: string | undefined;
  /** Items of the page at most, 1 to 1000; by default 100. */
  limit?: number | undefined;
}

const MAX_LIMIT = 1000;
/** Characters of a cursor, a search, or a name that a listing is filtered by. */
const MAX_TEXT = 1024;
/** Rows that one page examines where few of them may match. */
const EXAMINED = 1000;
/** Rows of one query: on SQLite it holds up everything else in the process, a few ms. */
const PART = 500;

/** @throws AdminError `invalid`: `limit` */
export function limitOf({ limit = 100 }: PageOptions): number {
  requireWholeNumber("limit", limit, 1, MAX_LIMIT);
  return limit;
}

/**
 * Checks a text that a listing is asked for with. An empty one is refused too: whoever sends it meant another.
 *
 * @throws AdminError `invalid`
 */
export function requireText(member: string, text: string | undefined): void {
  if (text === undefined) return;
  if (text !== "" && text.length <= MAX_TEXT && !text.includes("\0") && text.isWellFormed()) return;
  throw invalid(member, `${member} must be 1 to ${MAX_TEXT} characters, without U+0000.`);
}

/** A cursor that is an id. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A cursor of another listing would list from anywhere. @throws AdminError `invalid` unless it matches `pattern` */
export function requireCursor(after: string | undefined, pattern: RegExp): void {
  if (after === undefined || pattern.test(after)) return;
  throw invalid("after", "after must be the next of a page of this listing.");
}

/** A refusal of one member. */
export function invalid(member: string, message: string): AdminError {
  return new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}

/** Rows in one order, of which a listing keeps some. */
export interface Source<Row> {
  /** The next rows, `limit` of them unless there are fewer. */
  read: (after: string | undefined, limit: number) => Promise<Row[]>;
  /** A row's place in the order. */
  cursor: (row: Row) => string;
  /** Undefined: every row is kept. */
  keep?: ((row: Row) => boolean) | undefined;
}

/** Reads a page of the rows that `keep` keeps, in their order. @throws AdminError `invalid`: `limit` */
export async function pageOf<Row>(source: Source<Row>, options: PageOptions): Promise<Listing<Row>> {
  const { read, cursor, keep = () => true } = source;
  const limit = limitOf(options);
  // One row more than asked for shows whether there are more.
  const part = source.keep === undefined ? limit + 1 : PART;
  const items: Row[] = [];
  let { after } = options;
  for (let examined = 0; ; examined += part) {
    if (examined >= EXAMINED) return { items, next: after ?? null };
    const rows = await read(after, part);
    for (const row of rows) {
      if (items.length === limit) return { items, next: after ?? null };
      after = cursor(row);
      if (keep(row)) items.push(row);
    }
    if (rows.length < part) return { items, next: null };
    await setImmediate();
  }
}

/** The same page, each item in another form. */
export function mapListing<From, To>({ items, next }: Listing<From>, form: (item: From) => To): Listing<To> {
  return { items: items.map(form), next };
}

/** Reads every page of a listing. */
export async function allItems<Item>(
  list: (page: { after: string | undefined; limit: number }) => Promise<Listing<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let after: string | undefined; ;) {
    const { items, next } = await list({ after, limit: PART });
    all.push(...items);
    if (next === null) return all;
    after = next;
  }
}
