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

export interface PassportImport {
  source: Source;
  store: Pick<Store, "clients" | "grants" | "now">;
  passportKey: PassportKey;
  /** Of the clients' tokens, s; undefined: as Passport has it. */
  lifetimes: { access: number | undefined; refresh: number | undefined };
  /** Of the clients, s. */
  retryWindow: number;
  /** Scopes of the clients that name none. */
  scopes: readonly string[];
  actor: string;
  dryRun: boolean;
  /** Begins after the session of this refresh token, by its id; "": with the first one. */
  after: string;
  /** Stops after a page of sessions. */
  signal: AbortSignal;
  progress: { show(read: number, lastId: string): void };
}

/** What Passport gives tokens unless told otherwise, s. */
const YEAR = 31_536_000;
/** Passport's sessions have no end of their own, so here they get the latest one there is, s. */
const LONGEST = 315_360_000;

/**
 * Takes clients and sessions over from Passport's tables, once through.
 *
 * @param report what it fills, so that it holds what was done even if the source breaks in the middle
 * @throws SchemaError where they are no tables of Passport's
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
  // No client's access token may outlive its refresh token.
  return { access, refresh: Math.max(access, lifetimes.refresh ?? found?.refresh ?? YEAR) };
}
