import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { StoreError } from "../errors.ts";
import { unless } from "./register.ts";

/** Does not follow a symbolic link, where the system supports that. */
export async function readPrivate(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    assertPrivate(await handle.stat());
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/** Creates a file with mode 0600, flushed to disk. */
export async function writePrivate(path: string, text: string): Promise<void> {
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
  if (uid !== user) throw new Error("owned by another user");
  if ((mode & 0o077) !== 0) throw new Error("readable by other users (run chmod -R go= on it)");
}

/** Runs `action` in a folder that, if it exists, this user must own. @throws StoreError */
export async function guarded<T>(folder: string, action: (folder: string) => Promise<T>): Promise<T> {
  try {
    const stats = await unless("ENOENT", lstat(folder));
    if (stats?.isDirectory() === false) throw new Error("not a folder");
    if (stats !== undefined) assertPrivate(stats);
    return await action(folder);
  } catch (error) {
    throw new StoreError(`${folder}: ${(error as Error).message}`, { cause: error });
  }
}
