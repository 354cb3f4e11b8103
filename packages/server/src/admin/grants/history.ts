import { statusWithParent } from "../../store/grant-status.ts";
import type { Parent } from "../../store/grant-status.ts";
import { parentOf } from "../../store/parent-of.ts";
import type { Account, Client, Event, EventType, Grant, GrantStatus, Store } from "../../store/store.ts";

/** Everything that is known of a grant. */
export interface GrantHistory {
  grantId: string;
  /** Undefined if its row was removed, 7 days or more after it expired or was revoked. Its events are kept longer. */
  grant: Grant | undefined;
  /** Of a child grant: the one that it was exchanged for; undefined if it has none, or that was removed. */
  parent: Parent | undefined;
  /** The grants that were exchanged for it and are not removed: the first thousand. */
  children: readonly Grant[];
  /** Undefined if the row was removed. */
  status: GrantStatus | undefined;
  clientId: string;
  /** Undefined if it was deleted. */
  client: Client | undefined;
  /** Undefined if it was deleted so long ago that its events were removed. */
  clientName: string | undefined;
  subject: string;
  /** Undefined if the subject is not an account of Regrant's. */
  account: Account | undefined;
  /** The events of the grant, its client, its account and the store since the grant was created; the oldest first. */
  events: Event[];
  /** The store's clock, ms. */
  now: number;
}

/** What `readHistory` reads. */
export type HistoryParts = {
  store: Pick<Store, "grants" | "events" | "clients" | "accounts" | "now">;
};

/** More events than a grant ever has. */
const MANY = 10_000;

/** Grants of the subject among which the children are looked for. */
const CHILDREN = 1000;

/** Events that revoke or change the grants of a client, of an account, of the whole store. */
const CLIENT_EVENTS: readonly EventType[] = [
  "client.updated",
  "client.disabled",
  "client.enabled",
  "client.deleted",
];
const ACCOUNT_EVENTS: readonly EventType[] = [
  "account.password_changed",
  "account.disabled",
  "account.enabled",
];
const STORE_EVENTS: readonly EventType[] = ["key.distrusted", "store.restored"];

/** Reads everything that is known of a grant, from its row and from events. Undefined: neither is left. */
export async function readHistory(
  { store }: HistoryParts,
  grantId: string,
): Promise<GrantHistory | undefined> {
  const grant = await store.grants.find(grantId);
  const own = await store.events.list({ grantId }, MANY);
  const clientId = grant?.clientId ?? own[0]?.clientId;
  const subject = grant?.subject ?? own[0]?.subject;
  const since = grant?.createdAt ?? own[0]?.at;
  if (clientId === undefined || subject === undefined || since === undefined) return undefined;
  const others = await Promise.all([
    ...CLIENT_EVENTS.map((type) => store.events.list({ type, clientId, since, exactly: true }, MANY)),
    ...ACCOUNT_EVENTS.map((type) => store.events.list({ type, subject, since, exactly: true }, MANY)),
    ...STORE_EVENTS.map((type) => store.events.list({ type, since, exactly: true }, MANY)),
  ]);
  const events = [...own, ...others.flat()].toSorted((a, b) => a.at - b.at || a.id - b.id);
  const client = await store.clients.find(clientId);
  const account = await store.accounts.find(subject);
  const clientName = client?.name ?? (await nameOfDeleted(store, clientId));
  const children = grant?.hasChildren ? await childrenOf(store, grant) : [];
  const now = store.now();
  const parent = grant && (await parentOf(store, grant));
  const status = grant && statusWithParent(grant, client, parent, now);
  return {
    grantId,
    grant,
    parent,
    children,
    status,
    clientId,
    client,
    clientName,
    subject,
    account,
    events,
    now,
  };
}

/** They are of the same subject, and were created after it. */
async function childrenOf(
  { grants }: HistoryParts["store"],
  { id, subject }: Grant,
): Promise<readonly Grant[]> {
  const later = await grants.list({ subject }, { after: id, limit: CHILDREN });
  return later.filter(({ parentId }) => parentId === id);
}

/** The name of a deleted client, from the event of its creation. */
async function nameOfDeleted(store: HistoryParts["store"], clientId: string): Promise<string | undefined> {
  const [created] = await store.events.list({ type: "client.created", clientId, exactly: true }, 1);
  const name = created?.data["name"];
  return typeof name === "string" ? name : undefined;
}
