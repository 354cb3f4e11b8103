import type { PassportKey } from "../../config/passport.ts";
import { readLifetimes } from "../../passport/import/lifetimes.ts";
import type { PassportLifetimes } from "../../passport/import/lifetimes.ts";
import { detectPassport } from "../../passport/import/schema.ts";
import type { Source } from "../../passport/import/source.ts";
import { legacyGrantDeriver } from "../../passport/legacy-grant.ts";
import type { Store } from "../../store/store.ts";
import { importClients } from "./import-clients.ts";
import { importSessions } from "./import-sessions.ts";
import { ImportReport } from "./report.ts";

/** What an import reads, what it writes to, and how the imported clients differ from Passport's. */
export interface PassportImport {
  source: Source;
  store: Pick<Store, "clients" | "grants" | "now">;
  passportKey: PassportKey;
  /** Lifetimes of the clients' tokens, s; undefined: Passport's. */
  lifetimes: { access: number | undefined; refresh: number | undefined };
  /** Retry window of the clients, s. */
  retryWindow: number;
  /** Scopes of the clients for which Passport has none. */
  scopes: readonly string[];
  actor: string;
  dryRun: boolean;
  /** Starts after the session of this refresh token id; "": at the first one. */
  after: string;
  /** Aborted: the import finishes its current page of sessions and stops. */
  signal: AbortSignal;
  progress: { show(read: number, lastId: string): void };
}

/** Passport's default lifetime, s. */
const YEAR = 31_536_000;
/** Passport's sessions have no absolute lifetime, so they get the longest one, s. */
const LONGEST = 315_360_000;

/**
 * Imports clients and sessions from Passport's tables, in one pass.
 *
 * @param report filled during the import, so that it is right even if the source fails in the middle
 * @throws SchemaError the tables are not Passport's
 */
export async function importPassport(
  options: PassportImport,
  report = new ImportReport(options.dryRun),
): Promise<ImportReport> {
  const { source, store, passportKey, after, signal, progress } = options;
  report.passport = await detectPassport(source);
  report.lifetimes = await lifetimesOf(options);
  const { access, refresh } = report.lifetimes;
  const { retryWindow } = options;
  const defaults = { accessTtl: access, refreshIdleTtl: refresh, refreshMaxTtl: LONGEST, retryWindow };
  const ends = await importClients({ ...options, defaults }, report);
  const grantOf = legacyGrantDeriver(passportKey);
  const { grants } = store;
  const sessions = { source, grants, grantOf, ends, after, now: () => store.now(), signal, progress };
  await importSessions(sessions, report);
  return report;
}

async function lifetimesOf({ source, lifetimes }: PassportImport): Promise<PassportLifetimes> {
  const found = await readLifetimes(source);
  const access = lifetimes.access ?? found?.access ?? YEAR;
  // A client's access token must not outlive its refresh token.
  return { access, refresh: Math.max(access, lifetimes.refresh ?? found?.refresh ?? YEAR) };
}
