import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A register is a folder with one entry `at-STATE`, whose name is the state. A move is one `rename`, which fails if the
 * entry is no longer there: of several moves away from a state exactly one succeeds, in whatever processes and however
 * long one of them was suspended before. No lock is held, so a killed process leaves none behind.
 */
const ENTRY = "at-";

/** The state of a new register. */
export const INITIAL = "0";

/** Attempts at a listing that shows no entry, because it coincided with a rename. */
const MAX_LISTINGS = 100;

/** Encodes any key as a folder name, unique on case-insensitive file systems too. It never contains a dot. */
export function folderName(key: string): string {
  const names = Array.from(new TextEncoder().encode(key), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  });
  return names.join("") || "%";
}

/** The state; undefined: the folder does not exist. */
export async function readState(folder: string): Promise<string | undefined> {
  for (let listing = 0; listing < MAX_LISTINGS; listing += 1) {
    const names = await unless("ENOENT", readdir(folder));
    if (names === undefined) return undefined;
    const entry = names.find((name) => name.startsWith(ENTRY));
    if (entry !== undefined) return entry.slice(ENTRY.length);
  }
  throw new Error("the folder has no `at-` entry: not created by this program, or damaged");
}

/** @returns false: the state was no longer `from`, and nothing changed */
export async function moveState(folder: string, from: string, to: string): Promise<boolean> {
  const moved = rename(entryPath(folder, from), entryPath(folder, to)).then(() => true);
  return (await unless("ENOENT", moved)) ?? false;
}

export function entryPath(folder: string, state: string): string {
  return join(folder, ENTRY + state);
}

/** Creates the register with mode 0700 unless it exists. @returns its state */
export async function ensureRegister(folder: string): Promise<string> {
  const state = await readState(folder);
  if (state !== undefined) return state;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const created = await mkdtemp(`${folder}.`);
  try {
    await writeFile(entryPath(created, INITIAL), "", { mode: 0o600 });
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
