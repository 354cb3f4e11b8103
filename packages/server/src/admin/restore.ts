import type { Event, EventType, Store } from "../store/store.ts";
import { AdminError } from "./admin-error.ts";
import { parseEventLine } from "./events.ts";

/** What a replay works with. */
type RestoreParts = { store: Pick<Store, "events" | "grants" | "clients" | "accounts"> };

/** What a replay did and could not do. Ids, unless stated otherwise. */
export interface RestoreReport {
  /** Numbers of events: read, applied, in the backup already, and without effect. */
  read: number;
  applied: number;
  appliedByType: ReadonlyMap<EventType, number>;
  known: number;
  unchanged: number;
  /** Lines that are not events. */
  unreadableLines: number;
  /** Created after the backup, so missing here. */
  lost: { grants: number; clients: readonly string[]; accounts: readonly string[] };
  /** Clients whose settings were changed after the backup. */
  settingsToCheck: readonly string[];
  /** Usernames of accounts without a password, because it was changed after the backup. */
  passwordsToSet: readonly string[];
}

/** How many events share a transaction. They are applied in order. */
const CHUNK = 500;

/**
 * Applies to a restored store the events recorded after its backup: revocations, disabled clients and accounts,
 * changed secrets and passwords, distrusted keys. Events that are in the backup change nothing.
 *
 * @param lines JSON, as `eventJson` writes events; other lines are counted and skipped
 * @param actor recorded in the event `store.restored`
 * @param onProgress called with the number of events read so far
 * @throws AdminError `invalid`: no line is an event
 */
export async function replayEvents(
  { store }: RestoreParts,
  lines: AsyncIterable<string>,
  actor: string,
  onProgress: (read: number) => void = () => {},
): Promise<RestoreReport> {
  const tally = new Tally();
  let chunk: Event[] = [];
  for await (const line of lines) {
    const event = parseEventLine(line);
    if (event === undefined) {
      if (line.trim() !== "") tally.unreadableLines += 1;
      continue;
    }
    chunk.push(event);
    if (chunk.length < CHUNK) continue;
    await replayAll(store, chunk, tally);
    chunk = [];
    onProgress(tally.read);
  }
  await replayAll(store, chunk, tally);
  if (tally.read === 0) {
    const hint = "the input is what npx regrant events --json prints";
    throw new AdminError("invalid", "the input holds no events", { hint });
  }
  const data = { events: tally.read, applied: tally.applied, actor };
  await store.events.record({ type: "store.restored", data });
  return tally.report(store);
}

/** A report as JSON. */
export function restoreJson(report: RestoreReport): Record<string, unknown> {
  return {
    read: report.read,
    applied: report.applied,
    applied_by_type: Object.fromEntries(report.appliedByType),
    known: report.known,
    unchanged: report.unchanged,
    unreadable_lines: report.unreadableLines,
    lost: report.lost,
    settings_to_check: report.settingsToCheck,
    passwords_to_set: report.passwordsToSet,
  };
}

async function replayAll(
  store: RestoreParts["store"],
  events: readonly Event[],
  tally: Tally,
): Promise<void> {
  // All are looked up before the first is applied, since applying writes events too.
  const known = await Promise.all(events.map((event) => isKnown(store, event)));
  const applied = await Promise.all(
    events.map(async (event, i) => known[i] !== true && (await store.events.replay(event))),
  );
  for (const [i, event] of events.entries()) {
    await tally.add(store, event, known[i] === true, applied[i] === true);
  }
}

/**
 * Whether the store has this event, or once had it: the oldest are removed in time. Its id may belong to another by
 * now.
 */
async function isKnown(
  store: RestoreParts["store"],
  { at, type, clientId, subject, grantId }: Event,
): Promise<boolean> {
  const about = { type, clientId, subject, grantId };
  const [same] = await store.events.list({ ...about, since: at, until: at }, 1);
  if (same !== undefined) return true;
  const [oldest] = await store.events.list({}, 1);
  return oldest !== undefined && at < oldest.at;
}

/** Counts the events of a replay, and collects what it could not restore. */
class Tally {
  read = 0;
  applied = 0;
  unreadableLines = 0;
  #known = 0;
  #lostGrants = 0;
  readonly #appliedByType = new Map<EventType, number>();
  readonly #clients = new Set<string>();
  readonly #accounts = new Set<string>();
  readonly #settings = new Set<string>();
  readonly #passwords = new Set<string>();

  /** @param known the backup holds this very event */
  async add(store: RestoreParts["store"], event: Event, known: boolean, applied: boolean): Promise<void> {
    const { type, clientId = "", subject = "", grantId = "" } = event;
    this.read += 1;
    if (applied) {
      this.applied += 1;
      this.#appliedByType.set(type, (this.#appliedByType.get(type) ?? 0) + 1);
    }
    if (known) {
      this.#known += 1;
      return;
    }
    if (type === "grant.created" && !(await store.grants.find(grantId))) this.#lostGrants += 1;
    if (type === "client.created") this.#clients.add(clientId);
    if (type === "account.created") this.#accounts.add(subject);
    if (type === "client.updated") this.#settings.add(clientId);
    if (type === "account.password_changed" && applied) this.#passwords.add(subject);
  }

  async report(store: RestoreParts["store"]): Promise<RestoreReport> {
    const clients = await missing(this.#clients, (id) => store.clients.find(id));
    const accounts = await missing(this.#accounts, (id) => store.accounts.find(id));
    const lostClients = new Set(clients);
    return {
      read: this.read,
      applied: this.applied,
      appliedByType: this.#appliedByType,
      known: this.#known,
      unchanged: this.read - this.#known - this.applied,
      unreadableLines: this.unreadableLines,
      lost: { grants: this.#lostGrants, clients, accounts },
      settingsToCheck: [...this.#settings].filter((id) => !lostClients.has(id)),
      passwordsToSet: await this.#withoutPassword(store),
    };
  }

  /** The usernames of those accounts that still have no password. */
  async #withoutPassword(store: RestoreParts["store"]): Promise<string[]> {
    const accounts = await Promise.all([...this.#passwords].map((subject) => store.accounts.find(subject)));
    return accounts.flatMap((account) => (account?.passwordHash === null ? [account.username] : []));
  }
}

async function missing(ids: ReadonlySet<string>, find: (id: string) => Promise<unknown>): Promise<string[]> {
  const found = await Promise.all([...ids].map(async (id) => ({ id, row: await find(id) })));
  return found.filter(({ row }) => row === undefined).map(({ id }) => id);
}
