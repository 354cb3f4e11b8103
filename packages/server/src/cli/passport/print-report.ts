import type { ImportReport, SkipReason } from "../../admin/passport-import/report.ts";
import type { KeyImport } from "../../keys/import-key.ts";
import { instantWithAge } from "../../time-text.ts";
import { alignColumns, wrap } from "../output.ts";

/** Why sessions were skipped, as clauses. */
const SKIPPED: Record<SkipReason, string> = {
  revoked: "revoked",
  expired: "expired",
  own: "written by Regrant, for a rollback",
  purged: "access token purged, so the user is unknown: see docs/passport.md",
  noUser: "no user",
  noClient: "client not imported, or disabled",
  scopes: "scopes not readable",
};

/**
 * Prints what an import did as a column of counts, followed by notes on single clients. Counts of 0 are left out,
 * except in the first row of a heading.
 *
 * @param now the store's clock, ms
 */
export function printReport(report: ImportReport, now: number): void {
  const { clients, sessions, key } = report;
  console.log(
    `Tables of Passport ${report.passport}.${report.dryRun ? " Dry run: nothing is written." : ""}\n`,
  );
  const counts: [string, string, number][] = [
    ["clients", "read", clients.read],
    ["", "created", clients.created],
    ["", "disabled, since revoked in Passport", clients.disabled],
    ["", "already here", clients.present],
    ["", "not imported", clients.refused],
    ["sessions", "read", sessions.read],
    ["", "imported", sessions.imported],
    ["", "already here", sessions.present],
    ["", "removed again, since ended in Passport", sessions.released],
    ...Object.entries(report.skipped).map(([reason, count]): [string, string, number] => [
      "",
      `skipped: ${SKIPPED[reason as SkipReason]}`,
      count,
    ]),
  ];
  // The numbers are aligned to the right, whatever their length.
  const shown = counts.filter(([heading, , count]) => heading !== "" || count > 0);
  const numbers = shown.map(([, , count]) => count.toLocaleString("en"));
  const width = Math.max(...numbers.map((text) => text.length));
  const rows = shown.map(([heading, text], i) => [heading, (numbers[i] ?? "").padStart(width), text]);
  for (const line of alignColumns(rows)) console.log(line);
  if (key !== null) console.log(wrap(keyText(key, report.dryRun, now)));
  if (report.notes.length > 0) console.log("");
  for (const { clientId, note } of report.notes) console.log(wrap(`client ${clientId}: ${note}`));
  if (!report.changed) {
    console.log(`\nNothing ${report.dryRun ? "to change" : "changed"}: everything is already here.`);
  }
}

/** Until the key signs, access tokens are signed by another, which a copy of Passport's public key does not verify. */
function keyText({ kid, added, activeAt }: KeyImport, dryRun: boolean, now: number): string {
  if (!added) return `signing key ${kid} already here`;
  // In a new database it signs at once: what little time the import itself takes is no wait.
  const waits = activeAt > now + 1000;
  const signs = waits
    ? `from ${instantWithAge(activeAt, now)}: send no traffic to Regrant before`
    : "at once";
  return dryRun
    ? `signing key ${kid} would sign ${signs}`
    : `signing key ${kid} published; it signs ${signs}`;
}
