import type { Listing, PageOptions } from "../admin/listing.ts";

/** The largest page of a listing. */
const LARGEST = 1000;

/**
 * Reads pages of a listing until there are `limit` items, or no more. A page may be short, or empty, before the end.
 *
 * @param list the listing, of one page
 */
export async function readPages<Item>(
  list: (page: { after: string | undefined; limit: number }) => Promise<Listing<Item>>,
  { after, limit }: { after?: PageOptions["after"]; limit: number },
): Promise<Listing<Item>> {
  const items: Item[] = [];
  for (let from = after; ;) {
    const page = await list({ after: from, limit: Math.min(LARGEST, limit - items.length) });
    items.push(...page.items);
    if (page.next === null || items.length >= limit) return { items, next: page.next };
    from = page.next;
  }
}
