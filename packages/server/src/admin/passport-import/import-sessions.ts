import { isScopeToken } from "../../config/values.ts";
import { readSessions } from "../../passport/import/sessions.ts";
import type { PassportSession } from "../../passport/import/sessions.ts";
import type { Source } from "../../passport/import/source.ts";
import type { AdoptedGrant, Grant, GrantStore } from "../../store/store.ts";
import { grantSecretHash } from "../../tokens/refresh-token.ts";
import type { RefreshToken } from "../../tokens/refresh-token.ts";
import type { SessionEnds } from "./import-clients.ts";
import type { ImportReport, SkipReason } from "./report.ts";

/** What the import of sessions works with. */
interface SessionImport {
  source: Source;
  grants: Pick<GrantStore, "adopt" | "release" | "find">;
  /** The grant that a Passport token's session becomes. */
  grantOf: (tokenId: string) => RefreshToken;
  ends: SessionEnds;
  /** Starts after this refresh token's id. */
  after: string;
  now: () => number;
  /** Aborted: stops after the current page. */
  signal: AbortSignal;
  progress: { show(read: number, lastId: string): void };
}

/** Length of a cursor, hex digits: enough to start near the place, but not a whole token id. */
const CURSOR_DIGITS = 16;

/**
 * Imports the sessions page by page. Live sessions are adopted. Those that have since ended in Passport, and were not
 * refreshed here, are released. Another run writes only what has changed in Passport since. Memory holds one page.
 */
export async function importSessions(options: SessionImport, report: ImportReport): Promise<void> {
  for await (const page of readSessions(options.source, options)) {
    await importPage(options, page, report);
    const last = page.at(-1)?.tokenId ?? "";
    report.after = last.slice(0, CURSOR_DIGITS);
    options.progress.show(report.sessions.read, last);
    if (!options.signal.aborted) continue;
    report.stopped = true;
    return;
  }
}

async function importPage(
  { grants, grantOf, ends }: SessionImport,
  page: readonly PassportSession[],
  report: ImportReport,
): Promise<void> {
  const live: AdoptedGrant[] = [];
  const ended: string[] = [];
  for (const session of page) {
    const imported = translateSession(session, grantOf, ends);
    if (typeof imported === "object" && !(await isOwn(session.tokenId, grants))) {
      live.push(imported);
      continue;
    }
    report.skip(typeof imported === "object" ? "own" : imported);
    if (imported === "revoked" || imported === "expired") ended.push(grantOf(session.tokenId).grantId);
  }
  const [imported, released] = report.dryRun
    ? await Promise.all([countNew(grants, live), countReleasable(grants, ended)])
    : [await grants.adopt(live), ended.length === 0 ? 0 : await grants.release(ended)];
  report.sessions.read += page.length;
  report.sessions.imported += imported;
  report.sessions.present += live.length - imported;
  report.sessions.released += released;
}

/** Translates a session to a grant of generation 0, or returns why it is skipped. */
function translateSession(
  { tokenId, state, issued }: PassportSession,
  grantOf: (tokenId: string) => RefreshToken,
  ends: SessionEnds,
): AdoptedGrant | SkipReason {
  if (state !== "live") return state;
  if (issued === null) return "purged";
  const { clientId, subject, scopes } = issued;
  if (subject === null) return "noUser";
  const maxTtl = ends.get(clientId);
  if (maxTtl === undefined) return "noClient";
  if (scopes === null || !scopes.every(isScopeToken)) return "scopes";
  const { grantId: id, secret } = grantOf(tokenId);
  const scope = [...new Set(scopes)].join(" ");
  return { id, clientId, subject, scope, secretHash: grantSecretHash(secret), maxTtl };
}

/** Ids of rollback tokens begin with their grant's id, a UUID of version 7 or 8. */
const OWN_FORM = /^(.{8})(.{4})([78].{3})([89ab].{3})(.{12})/;

/** Whether Regrant wrote this row to Passport's table: the grant exists here. */
async function isOwn(tokenId: string, grants: Pick<GrantStore, "find">): Promise<boolean> {
  const parts = OWN_FORM.exec(tokenId)?.slice(1);
  return parts !== undefined && (await grants.find(parts.join("-"))) !== undefined;
}

/** In a dry run: how many sessions `adopt` would add. */
async function countNew(grants: Pick<GrantStore, "find">, live: readonly AdoptedGrant[]): Promise<number> {
  const found = await Promise.all(live.map(({ id }) => grants.find(id)));
  return found.filter((grant) => grant === undefined).length;
}

/** In a dry run: how many sessions `release` would remove. A refreshed grant is Regrant's own and stays. */
async function countReleasable(grants: Pick<GrantStore, "find">, ids: readonly string[]): Promise<number> {
  const isReleasable = (grant: Grant | undefined) => grant?.generation === 0 && grant.revokedAt === null;
  return (await Promise.all(ids.map((id) => grants.find(id)))).filter(isReleasable).length;
}
