import { AdminError } from "../../admin/admin-error.ts";
import type { Admin } from "../../admin/admin.ts";

/** The names of the clients of some grants: a page shows few different ones. */
export async function clientNames(
  { clients }: Admin,
  grants: readonly { client_id: string }[],
): Promise<Record<string, string>> {
  const ids = [...new Set(grants.map(({ client_id }) => client_id))];
  const named = await Promise.all(
    ids.map(async (id) => {
      const client = await clients.get(id).catch(unlessMissing);
      return [id, client?.name] as const;
    }),
  );
  return Object.fromEntries(named.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** For an operation on what may not exist. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof AdminError && error.code === "not_found") return undefined;
  throw error;
}
