import { unwatchFile, watchFile } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { randomId } from "../record.ts";
import { parseRecord } from "../stored-record.ts";
import type { CredentialRecord, TokenStore, Version, Versioned } from "../types.ts";
import { folderName } from "./folder-name.ts";
import { guarded, readPrivate, writePrivate } from "./private-file.ts";
import { ensureRegister, INITIAL, isDamaged, moveState, readState, syncFolder, unless } from "./register.ts";

/** How often a subscription checks the folder, ms. */
const POLL_INTERVAL = 1000;
/** Attempts at a read that writers keep overtaking. */
const MAX_READS = 100;

/** Where the credentials are. */
export interface FileStoreOptions {
  /** Parent of the credentials' folders. Created with mode 0700 if missing. */
  readonly directory: string;
}

/**
 * Stores credentials in files, for all processes that share the folder. Each record is a new file, flushed to disk before
 * the credential's register refers to it: a process that is killed leaves the old record or the new one, and at most an
 * unreferenced file, which the next write removes.
 *
 * Rejects with StoreError, for example if another user owns or may read a file, or if a path is a symbolic link. Such a
 * file is not changed. A record that is cut, missing or no record is damaged, and a login replaces it.
 */
export function fileStore({ directory }: FileStoreOptions): TokenStore {
  const folderOf = (key: string) => join(resolve(directory), folderName(key));
  return {
    scope: "machine",
    atomic: true,
    get: (key) => guarded(folderOf(key), read),
    compareAndSet: (key, expected, next) =>
      guarded(folderOf(key), (folder) => replace(folder, expected, next)),
    subscribe(key, onChange) {
      const folder = folderOf(key);
      const listener = () => onChange();
      watchFile(folder, { interval: POLL_INTERVAL, persistent: false }, listener);
      return () => unwatchFile(folder, listener);
    },
  };
}

async function read(folder: string): Promise<Versioned | undefined> {
  let version: Version | undefined;
  for (let attempt = 0; attempt < MAX_READS; attempt += 1) {
    version = await readState(folder);
    if (version === undefined || version === INITIAL) return undefined;
    if (isDamaged(version)) break;
    const text = await unless("ENOENT", readPrivate(recordPath(folder, version)));
    if (text !== undefined) return { version, record: parseRecord(text) };
    // Another writer has replaced it since the listing: read the newer one.
  }
  return version === undefined ? undefined : { version, record: parseRecord("") };
}

async function replace(
  folder: string,
  expected: Version | null,
  next: CredentialRecord,
): Promise<Version | false> {
  if (expected === null) await ensureRegister(folder);
  const older = await unless("ENOENT", readdir(folder));
  if (older === undefined) return false;
  const version = randomId();
  const path = recordPath(folder, version);
  await writePrivate(path, JSON.stringify(next));
  if (!(await moveState(folder, expected ?? INITIAL, version))) {
    await rm(path, { force: true });
    return false;
  }
  await syncFolder(folder);
  // All of them belong to earlier versions, which no reader needs any more.
  const records = older.filter((name) => name.endsWith(".json"));
  await Promise.allSettled(records.map((name) => rm(join(folder, name))));
  return version;
}

function recordPath(folder: string, version: Version): string {
  return join(folder, `${version}.json`);
}
