import { constants, unwatchFile, watchFile } from "node:fs";
import type { Stats } from "node:fs";
import { lstat, open, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StoreError } from "../errors.ts";
import { randomId } from "../random-id.ts";
import { parseRecord } from "../record-text.ts";
import type { CredentialRecord, TokenStore, Version, Versioned } from "../types.ts";
import { ensureRegister, folderName, INITIAL, moveState, readState, syncFolder, unless } from "./register.ts";

/** How often a subscriber looks at the folder, ms. */
const POLL_INTERVAL = 1000;
/** Records in a row that may be replaced while they are being read. */
const READS = 100;

export interface FileStoreOptions {
  /** Where the credentials are kept, a folder for each; made if missing, for this user alone. */
  readonly directory: string;
}

/**
 * Keeps credentials in files, for all processes that see the folder. A record is a file of its own, written through to
 * the disk before the credential's register names it; so a killed process leaves the record before or the one
 * after, and at most a file that nobody names, which the next write removes.
 *
 * Rejects with StoreError, among others where somebody else owns or may read a file, where a symbolic link stands
 * in place of one, or where one is not JSON; such a file is left as it is.
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
  for (let attempt = 0; attempt < READS; attempt += 1) {
    const version = await readState(folder);
    if (version === undefined || version === INITIAL) return undefined;
    const text = await unless("ENOENT", readPrivate(recordPath(folder, version)));
    if (text !== undefined) return { version, record: parseRecord(text) };
    // Replaced since the listing; the newer one is there.
  }
  throw new Error("the newest record is missing");
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
  // Written for states before this one, all of them: nobody can need them any more.
  const records = older.filter((name) => name.endsWith(".json"));
  await Promise.allSettled(records.map((name) => rm(join(folder, name))));
  return version;
}

function recordPath(folder: string, version: Version): string {
  return join(folder, `${version}.json`);
}

/** Where the system lets us, a link is not followed. */
async function readPrivate(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    assertPrivate(await handle.stat());
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

async function writePrivate(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function assertPrivate({ uid, mode }: Stats): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  if (uid !== user) throw new Error("it belongs to another user");
  if ((mode & 0o077) !== 0) throw new Error("other users may read it (chmod -R go= takes that away)");
}

/** Runs `action` in the credential's folder, which must be this user's own; every failure is a StoreError. */
async function guarded<T>(folder: string, action: (folder: string) => Promise<T>): Promise<T> {
  try {
    const stats = await unless("ENOENT", lstat(folder));
    if (stats?.isDirectory() === false) throw new Error("it is not a folder");
    if (stats !== undefined) assertPrivate(stats);
    return await action(folder);
  } catch (error) {
    throw new StoreError(`${folder}: ${(error as Error).message}`, { cause: error });
  }
}
