import { readClients } from "../../passport/import/clients.ts";
import type { PassportClient } from "../../passport/import/clients.ts";
import type { Source } from "../../passport/import/source.ts";
import type { Store } from "../../store/store.ts";
import { differences, translateClient } from "./translate-client.ts";
import type { ClientOverrides, TranslatedClient } from "./translate-client.ts";
import type { ImportReport } from "./report.ts";

/** By id of the clients that are enabled here: how long a session may last from now on, s. */
export type SessionEnds = ReadonlyMap<string, number>;

/** What the import of clients works with. */
interface ClientImport extends ClientOverrides {
  source: Source;
  store: Pick<Store, "clients">;
  actor: string;
}

/**
 * Imports all clients. A client that exists here keeps its settings, but is disabled if Passport revoked it. A
 * revoked client is imported too, so that its id is not reused and its revocation can be explained.
 */
export async function importClients(options: ClientImport, report: ImportReport): Promise<SessionEnds> {
  const ends = new Map<string, number>();
  for await (const client of readClients(options.source)) {
    report.clients.read += 1;
    const imported = translateClient(client, options);
    if (typeof imported === "string") {
      report.clients.refused += 1;
      report.notes.push({ clientId: client.id, note: `not imported: ${imported}` });
      continue;
    }
    const maxTtl = await importClient(options, client, imported, report);
    if (maxTtl !== undefined) ends.set(client.id, maxTtl);
  }
  return ends;
}

/**
 * Creates or disables one client.
 *
 * @returns the lifetime of its sessions, s; undefined: the client is not enabled here
 */
async function importClient(
  { store: { clients }, actor }: ClientImport,
  { id, revoked }: PassportClient,
  imported: TranslatedClient,
  report: ImportReport,
): Promise<number | undefined> {
  const note = (text: string) => report.notes.push({ clientId: id, note: text });
  const here = await clients.find(id);
  if (here === undefined) {
    // The id of a deleted client stays reserved: its tokens must not become valid again.
    if (!report.dryRun && !(await clients.create(imported.client, actor))) {
      report.clients.refused += 1;
      note("not imported: it was deleted here");
      return undefined;
    }
    report.clients.created += 1;
    imported.notes.forEach(note);
  } else {
    report.clients.present += 1;
    const different = differences(here, imported);
    if (different.length > 0) note(`kept as it is here, where Passport differs: ${different.join(", ")}`);
  }
  if (revoked && (here?.disabledAt ?? null) === null) {
    if (!report.dryRun) await clients.disable(id, actor);
    report.clients.disabled += 1;
  }
  const enabled = !revoked && (here?.disabledAt ?? null) === null;
  return enabled ? (here ?? imported.client).refreshMaxTtl : undefined;
}
