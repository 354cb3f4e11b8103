/** The temporary folders of tests and benchmarks. */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atProcessEnd } from "./process-end.ts";

/** The process that made it is part of a folder's name. */
const NAME = /^regrant-[a-z-]+-(\d+)-[A-Za-z0-9]{6}$/;

const searched = new Set<string>();

/**
 * Makes a folder that is removed when this process ends, if it was not before. One that SIGKILL left behind is removed
 * when the next process of the same user asks for a folder.
 *
 * @param name of lower-case letters and hyphens: what the folder is for
 * @param parent default: the system's temporary folder
 * @returns its absolute path; only this user may enter it
 */
export function temporaryFolder(name = "test", parent: string = tmpdir()): string {
  if (!searched.has(parent)) removeLeftBehind(parent);
  searched.add(parent);
  const folder = mkdtempSync(join(parent, `regrant-${name}-${process.pid}-`));
  // A server that was just killed may still write.
  atProcessEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/** Removes this user's folders of processes that are gone. */
function removeLeftBehind(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const folder = join(parent, name);
    try {
      if (lstatSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another process removes it just now.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Without permission to ask, it is another user's, but there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
