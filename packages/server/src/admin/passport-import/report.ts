import { importedKeyJson } from "../keys.ts";
import type { KeyImport } from "../../keys/import-key.ts";
import type { PassportLifetimes } from "../../passport/import/lifetimes.ts";

/** Why a session is not imported. */
export type SkipReason =
  | "revoked"
  | "expired"
  /** Regrant wrote the row, for a rollback. */
  | "own"
  /** Its access token was purged, and with it the client and the user. */
  | "purged"
  | "noUser"
  /** Its client was not imported, or is disabled. */
  | "noClient"
  | "scopes";

/** What an import found and did; in a dry run, what it would do. */
export class ImportReport {
  readonly dryRun: boolean;
  /** Passport's version, as its tables show it: `9 to 12`. */
  passport = "";
  /** Of the created clients, s. */
  lifetimes: PassportLifetimes = { access: 0, refresh: 0 };
  readonly clients = { read: 0, created: 0, disabled: 0, present: 0, refused: 0 };
  readonly notes: { clientId: string; note: string }[] = [];
  readonly sessions = { read: 0, imported: 0, present: 0, released: 0 };
  readonly skipped: Partial<Record<SkipReason, number>> = {};
  /** The signing key; null if the import has none. */
  key: KeyImport | null = null;
  /** The first digits of the last refresh token id that was read. */
  after = "";
  /** Whether the import was stopped before the last row. */
  stopped = false;

  constructor(dryRun: boolean) {
    this.dryRun = dryRun;
  }

  skip(reason: SkipReason, count = 1): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + count;
  }

  /** Whether the import wrote anything; in a dry run, whether it would. */
  get changed(): boolean {
    const { created, disabled } = this.clients;
    return (
      created + disabled + this.sessions.imported + this.sessions.released > 0 || this.key?.added === true
    );
  }

  /** In wire names. */
  toJson(): Record<string, unknown> {
    return {
      dry_run: this.dryRun,
      changed: this.changed,
      passport: this.passport,
      access_ttl: this.lifetimes.access,
      refresh_ttl: this.lifetimes.refresh,
      clients: this.clients,
      notes: this.notes.map(({ clientId, note }) => ({ client_id: clientId, note })),
      sessions: { ...this.sessions, skipped: this.skipped },
      key: this.key && importedKeyJson(this.key),
      stopped_after: this.stopped ? this.after : null,
    };
  }
}
