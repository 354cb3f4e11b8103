import { setImmediate } from "node:timers/promises";

/** Rows of one query: a listing never holds a read transaction for long. */
const PAGE = 500;

/**
 * Reads all rows of a paged listing, in its order, a page at a time. Other work of the process has its turn in between.
 *
 * @param list the store's listing; `after` is the id of the last row so far, undefined at first
 * @param idOf the column by which the listing is ordered
 */
export async function allPages<Row>(
  list: (page: { after: string | undefined; limit: number }) => Promise<Row[]>,
  idOf: (row: Row) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | undefined; ;) {
    const page = await list({ after, limit: PAGE });
    rows.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return rows;
    after = idOf(last);
    await setImmediate();
  }
}
