import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A register is a folder with one entry `at-STATE`, whose name is the state. A move is one `rename`, which fails if the
 * entry is no longer there: of several moves away from a state exactly one succeeds, in whatever processes and however
 * long one of them was suspended before. No lock is held, so a killed process leaves none behind.
 *
 * A register that lost its entry, or has two since files were copied into it, is damaged. Its state is then the whole name
 * of one of its files, so that of several moves away from it one succeeds as well.
 */
const ENTRY = "at-";

/** The state of a new register. */
export const INITIAL = "0";

/** Attempts at a listing that shows no entry or two, because it coincided with a rename. */
const MAX_LISTINGS = 100;

/** A record, as the file store names it. */
const RECORD = /^[\d-]+\.json$/;

/** The state; undefined: the folder does not exist or is empty. @throws the folder is not a register */
export async function readState(folder: string): Promise<string | undefined> {
  let names: string[] | undefined = [];
  for (let listing = 0; listing < MAX_LISTINGS; listing += 1) {
    names = await unless("ENOENT", readdir(folder));
    const [entry, ...more] = names?.filter(isEntry) ?? [];
    if (names === undefined) return undefined;
    if (entry !== undefined && more.length === 0) return entry.slice(ENTRY.length);
  }
  if (names.some(isEntry)) return names.filter(isEntry).toSorted()[0];
  if (names.every((name) => RECORD.test(name))) return names.toSorted()[0];
  throw new Error("the folder has no `at-` entry: not created by this program");
}

export function isDamaged(state: string): boolean {
  return isEntry(state) || RECORD.test(state);
}

function isEntry(name: string): boolean {
  return name.startsWith(ENTRY);
}

/** @returns false: the state was no longer `from`, and nothing changed */
export async function moveState(folder: string, from: string, to: string): Promise<boolean> {
  if (isDamaged(from)) return repair(folder, from, to);
  const moved = rename(entryPath(folder, from), entryPath(folder, to)).then(() => true);
  return (await unless("ENOENT", moved)) ?? false;
}

/** Moves away from a damaged state: makes this file the only entry, without its content. */
async function repair(folder: string, file: string, to: string): Promise<boolean> {
  const names = (await unless("ENOENT", readdir(folder))) ?? [];
  const entry = entryPath(folder, to);
  const moved = rename(join(folder, file), entry).then(() => true);
  if (!(await unless("ENOENT", moved))) return false;
  const others = names.filter((name) => isEntry(name) && name !== file);
  await Promise.allSettled([truncate(entry), ...others.map((name) => rm(join(folder, name)))]);
  return true;
}

export function entryPath(folder: string, state: string): string {
  return join(folder, ENTRY + state);
}

/** Creates the register with mode 0700 unless it exists. @returns its state */
export async function ensureRegister(folder: string): Promise<string> {
  const state = await readState(folder);
  if (state !== undefined) return state;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const created = await mkdtemp(join(dirname(folder), ".new-"));
  try {
    await writeFile(entryPath(created, INITIAL), "", { mode: 0o600 });
    // An empty folder counts as missing.
    await rmdir(folder).catch(() => {});
    await rename(created, folder);
  } catch (error) {
    await rm(created, { recursive: true, force: true });
    // If another process was first, the rename failed: a folder that is not empty cannot be replaced.
    const state = await readState(folder);
    if (state === undefined) throw error;
    return state;
  }
  await syncFolder(dirname(folder));
  return INITIAL;
}

/** Makes renames and new files in the folder survive a power failure. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The promise's value; undefined if it rejects with this system error code. */
export async function unless<T>(code: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
