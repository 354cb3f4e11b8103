import type { Parent } from "./grant-status.ts";
import type { Grant, Store } from "./store.ts";

/** Reads the grant that another one was exchanged for, and its client. Undefined: it has none, or that was swept. */
export async function parentOf(
  { grants, clients }: Pick<Store, "grants" | "clients">,
  { parentId }: Pick<Grant, "parentId">,
): Promise<Parent | undefined> {
  const grant = parentId === null ? undefined : await grants.find(parentId);
  return grant && { grant, client: await clients.find(grant.clientId) };
}
