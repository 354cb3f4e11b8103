import { readClients } from "../../passport/import/clients.ts";
import type { PassportClient } from "../../passport/import/clients.ts";
import type { Source } from "../../passport/import/source.ts";
import type { Store } from "../../store/store.ts";
import { differences, translateClient } from "./client-settings.ts";
import type { ClientOverrides, TranslatedClient } from "./client-settings.ts";
import type { ImportReport } from "./report.ts";

/** s: how long a session of each client that is enabled here may last from now on. */
export type SessionEnds = ReadonlyMap<string, number>;

interface ClientImport extends ClientOverrides {
  source: Source;
  store: Pick<Store, "clients">;
  actor: string;
}

/**
 * Takes over all clients. One that is here already stays as it is, but for this: what Passport revoked is disabled. What
 * Passport disabled stays a client, so that its id is not given again and its end can be explained.
 */
export async function importClients(options: ClientImport, report: ImportReport): Promise<SessionEnds> {
  const ends = new Map<string, number>();
  for await (const client of readClients(options.source)) {
    report.clients.read += 1;
    const imported = translateClient(client, options);
    if (typeof imported === "string") {
      report.clients.refused += 1;
      report.notes.push({ clientId: client.id, note: `not imported over: ${imported}` });
      continue;
    }
    const maxTtl = await importClient(options, client, imported, report);
    if (maxTtl !== undefined) ends.set(client.id, maxTtl);
  }
  return ends;
}

/** @returns its sessions' lifetime, if it is enabled, s */
async function importClient(
  { store: { clients }, actor }: ClientImport,
  { id, revoked }: PassportClient,
  imported: TranslatedClient,
  report: ImportReport,
): Promise<number | undefined> {
  const note = (text: string) => report.notes.push({ clientId: id, note: text });
  const here = await clients.find(id);
  if (here === undefined) {
    if (!report.dryRun && !(await clients.create(imported.client, actor))) {
      report.clients.refused += 1;
      note("not imported over: it was deleted here");
      return undefined;
    }
    report.clients.made += 1;
    imported.notes.forEach(note);
  } else {
    report.clients.present += 1;
    const different = differences(here, imported);
    if (different.length > 0) note(`differs from Passport's, and is left as it is: ${different.join(", ")}`);
  }
  if (revoked && (here?.disabledAt ?? null) === null) {
    if (!report.dryRun) await clients.disable(id, actor);
    report.clients.disabled += 1;
  }
  const enabled = !revoked && (here?.disabledAt ?? null) === null;
  return enabled ? (here ?? imported.client).refreshMaxTtl : undefined;
}
