import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A register is a folder with one entry `at-STATE`, whose name is the state. A move is one `rename`, which fails when the
 * entry is no longer there: of several moves away from a state exactly one succeeds, whatever processes make them and
 * however long one of them stood still before. No lock is held, so none is left behind by a process that was killed.
 */
const ENTRY = "at-";

/** The state of a new register. */
export const INITIAL = "0";

/** Listings in a row that may show no entry, because each met a rename. */
const LISTINGS = 100;

/** A folder's name for any key, also where the file system does not tell cases apart. It never holds a dot. */
export function folderName(key: string): string {
  const names = Array.from(new TextEncoder().encode(key), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  });
  return names.join("") || "%";
}

/** The state; undefined: there is no such folder. */
export async function readState(folder: string): Promise<string | undefined> {
  for (let listing = 0; listing < LISTINGS; listing += 1) {
    const names = await unless("ENOENT", readdir(folder));
    if (names === undefined) return undefined;
    const entry = names.find((name) => name.startsWith(ENTRY));
    if (entry !== undefined) return entry.slice(ENTRY.length);
  }
  throw new Error("the folder holds no state: it was not made by this program, or is damaged");
}

/** @returns false: the state was no longer `from`, and nothing changed */
export async function moveState(folder: string, from: string, to: string): Promise<boolean> {
  const moved = rename(entryPath(folder, from), entryPath(folder, to)).then(() => true);
  return (await unless("ENOENT", moved)) ?? false;
}

export function entryPath(folder: string, state: string): string {
  return join(folder, ENTRY + state);
}

/** Makes the register, for this user alone, unless it is there. @returns its state */
export async function ensureRegister(folder: string): Promise<string> {
  const state = await readState(folder);
  if (state !== undefined) return state;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const made = await mkdtemp(`${folder}.`);
  try {
    await writeFile(entryPath(made, INITIAL), "", { mode: 0o600 });
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Somebody else made it first: a folder that is not empty cannot be replaced.
    const others = await readState(folder);
    if (others === undefined) throw error;
    return others;
  }
  await syncFolder(dirname(folder));
  return INITIAL;
}

/** What was renamed or made in the folder survives a power failure. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The promise's value; undefined if it rejects with this code of the system. */
export async function unless<T>(code: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
