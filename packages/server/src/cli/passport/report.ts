import type { PassportLifetimes } from "../../passport/import/lifetimes.ts";
import { alignColumns, printJson, wrap } from "../output.ts";

/** Why a session is not imported over. */
export const SKIPPED = {
  revoked: "revoked",
  expired: "expired",
  own: "made here, for the way back",
  purged: "access token purged, so nobody's: see docs/passport.md",
  noUser: "no user",
  noClient: "client not here, or disabled",
  scopes: "scopes not readable",
} as const;

export type SkipReason = keyof typeof SKIPPED;

/** What an import found and did; on a dry run, what it would have done. */
export class ImportReport {
  readonly dryRun: boolean;
  /** Whose tables they are: `9 to 12`. */
  passport = "";
  /** Of the clients that are made, s. */
  lifetimes: PassportLifetimes = { access: 0, refresh: 0 };
  readonly clients = { read: 0, made: 0, disabled: 0, present: 0, refused: 0 };
  readonly notes: { clientId: string; note: string }[] = [];
  readonly sessions = { read: 0, imported: 0, present: 0, released: 0 };
  readonly skipped: Partial<Record<SkipReason, number>> = {};
  /** null: no key was given. */
  key: { kid: string; added: boolean } | null = null;
  /** The last refresh token that was looked at: its id's first digits. */
  after = "";
  /** Whether it ended before the last row. */
  stopped = false;

  constructor(dryRun: boolean) {
    this.dryRun = dryRun;
  }

  skip(reason: SkipReason, count = 1): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + count;
  }

  get changed(): boolean {
    const { made, disabled } = this.clients;
    return made + disabled + this.sessions.imported + this.sessions.released > 0 || this.key?.added === true;
  }

  printJson(): void {
    printJson({
      dry_run: this.dryRun,
      changed: this.changed,
      passport: this.passport,
      access_ttl: this.lifetimes.access,
      refresh_ttl: this.lifetimes.refresh,
      clients: this.clients,
      notes: this.notes.map(({ clientId, note }) => ({ client_id: clientId, note })),
      sessions: { ...this.sessions, skipped: this.skipped },
      key: this.key,
      stopped_after: this.stopped ? this.after : null,
    });
  }

  print(): void {
    const { clients, sessions } = this;
    console.log(
      `Tables of Passport ${this.passport}.${this.dryRun ? " Dry run: nothing is written." : ""}\n`,
    );
    const counts: [string, string, number][] = [
      ["clients", "read", clients.read],
      ["", "made", clients.made],
      ["", "disabled, since revoked in Passport", clients.disabled],
      ["", "here already", clients.present],
      ["", "not imported over", clients.refused],
      ["sessions", "read", sessions.read],
      ["", "imported over", sessions.imported],
      ["", "here already", sessions.present],
      ["", "imported back, since ended in Passport", sessions.released],
      ...Object.entries(this.skipped).map(([reason, count]): [string, string, number] => [
        "",
        `passed over: ${SKIPPED[reason as SkipReason]}`,
        count,
      ]),
    ];
    const shown = counts.filter(([heading, , count]) => heading !== "" || count > 0);
    const numbers = shown.map(([, , count]) => count.toLocaleString("en"));
    const width = Math.max(...numbers.map((text) => text.length));
    const rows = shown.map(([heading, text], i) => [heading, (numbers[i] ?? "").padStart(width), text]);
    for (const line of alignColumns(rows)) console.log(line);
    if (this.key !== null)
      console.log(`signing key ${this.key.kid} ${this.key.added ? "published" : "here already"}`);
    if (this.notes.length > 0) console.log("");
    for (const { clientId, note } of this.notes) console.log(wrap(`client ${clientId}: ${note}`));
    if (!this.changed)
      console.log(`\nNothing ${this.dryRun ? "to change" : "changed"}: all of it is here already.`);
  }
}
