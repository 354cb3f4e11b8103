import type { Event, EventType, Store } from "../store/store.ts";

/** What each kind of applied event is called in the report. */
const APPLIED: Partial<Record<EventType, string>> = {
  "grant.revoked": "grants revoked",
  "grant.reused": "grants ended by reuse",
  "grant.concurrent_use": "grants ended by concurrentUse",
  "access_token.revoked": "access tokens denied",
  "client.disabled": "clients disabled",
  "client.enabled": "clients enabled",
  "client.deleted": "clients deleted",
  "client.secret_rotated": "client secrets changed",
  "account.disabled": "accounts disabled",
  "account.enabled": "accounts enabled",
  "account.password_changed": "passwords taken away",
  "sign_in.ended": "sign-ins ended",
  "consent.withdrawn": "consents withdrawn",
  "key.distrusted": "keys distrusted",
};

/** Counts what a replay did, and what it could not do. */
export class RestoreReport {
  read = 0;
  applied = 0;
  #known = 0;
  #unreadable = 0;
  #lostGrants = 0;
  readonly #appliedByType = new Map<EventType, number>();
  readonly #clients = new Set<string>();
  readonly #accounts = new Set<string>();
  readonly #settings = new Set<string>();
  readonly #passwords = new Set<string>();

  unreadable(): void {
    this.#unreadable += 1;
  }

  /** @param known the backup holds this very event */
  async add(store: Store, event: Event, known: boolean, applied: boolean): Promise<void> {
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

  async asJson(store: Store): Promise<Record<string, unknown>> {
    const lost = await this.#lost(store);
    return {
      read: this.read,
      applied: this.applied,
      applied_by_type: Object.fromEntries(this.#appliedByType),
      known: this.#known,
      unchanged: this.read - this.#known - this.applied,
      unreadable_lines: this.#unreadable,
      lost: { grants: this.#lostGrants, clients: lost.clients, accounts: lost.accounts },
      settings_to_check: lost.settings,
      passwords_to_set: lost.passwords,
    };
  }

  async print(store: Store): Promise<void> {
    const { clients, accounts, settings, passwords } = await this.#lost(store);
    const unchanged = this.read - this.#known - this.applied;
    console.log(`Read ${this.read} events: ${this.#known} are in the backup, ${this.applied} were applied,`);
    console.log(`${unchanged} ask for no change.`);
    for (const [type, count] of this.#appliedByType) console.log(`  ${count} ${APPLIED[type] ?? type}`);
    if (this.#unreadable > 0) {
      const lines =
        this.#unreadable === 1
          ? "1 line is no event and was"
          : `${this.#unreadable} lines are no events and were`;
      console.log(`${lines} passed over.`);
    }
    if (this.#lostGrants > 0) {
      console.log(`${this.#lostGrants} grants made after the backup are lost: their holders sign in again.`);
    }
    tell("Clients made after the backup are lost. Register them again:", clients);
    tell("Accounts made after the backup are lost. Make them again:", accounts);
    tell("Settings of these clients were changed after the backup. Change them again:", settings);
    tell(
      "These accounts have no password now, since it was changed. Set it (npx regrant account set-password):",
      passwords,
    );
  }

  /** What was made or changed after the backup, as far as it is not there, or there in its old form. */
  async #lost(store: Store) {
    const missing = async (ids: ReadonlySet<string>, find: (id: string) => Promise<unknown>) => {
      const found = await Promise.all([...ids].map(async (id) => ({ id, row: await find(id) })));
      return found.filter(({ row }) => row === undefined).map(({ id }) => id);
    };
    const clients = await missing(this.#clients, (id) => store.clients.find(id));
    const accounts = await missing(this.#accounts, (id) => store.accounts.find(id));
    const lostClients = new Set(clients);
    const settings = [...this.#settings].filter((id) => !lostClients.has(id));
    return { clients, accounts, settings, passwords: await this.#withoutPassword(store) };
  }

  /** The usernames of those that were not given a password again since. */
  async #withoutPassword(store: Store): Promise<string[]> {
    const accounts = await Promise.all([...this.#passwords].map((subject) => store.accounts.find(subject)));
    return accounts.flatMap((account) => (account?.passwordHash === null ? [account.username] : []));
  }
}

function tell(heading: string, names: readonly string[]): void {
  if (names.length === 0) return;
  console.log(heading);
  for (const name of names) console.log(`  ${name}`);
}
