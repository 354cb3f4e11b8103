import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readMigrations } from "../../packages/server/src/store/schema.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
/** In each version's folder. */
const COMMAND = "packages/regrant/bin/regrant.js";
const STORE = "packages/server/src/store";

export const ENGINES = ["sqlite", "postgres"] as const;
export type Engine = (typeof ENGINES)[number];

/** Another version, which runs from its sources with this tree's dependencies. */
export interface Version {
  folder: string;
  /** Its command, for `Service.by`. */
  command: string;
}

/** Whether a commit is in this clone: a shallow one, or a package of the sources, lacks its history. */
export function hasCommit(commit: string): boolean {
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The packages as they were at a commit of this repository. */
export async function versionAt(commit: string): Promise<Version> {
  const folder = temporaryFolder("version");
  const script = 'git archive "$1" packages | tar -x -C "$2"';
  await promisify(execFile)("sh", ["-c", script, "sh", commit, folder], { cwd: ROOT });
  return linked(folder);
}

/** This tree's packages, for a test that changes the copy. */
export function copyOfThisVersion(): Version {
  const folder = temporaryFolder("version");
  for (const name of readdirSync(join(ROOT, "packages"))) {
    for (const part of ["package.json", "src", "bin"]) {
      const path = join("packages", name, part);
      if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
  }
  return linked(folder);
}

/** Gives a folder of packages this tree's dependencies. The packages find each other, not this tree's. */
function linked(folder: string): Version {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@regrant"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (/^(\.|@?regrant$)/.test(name)) continue;
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(folder, "packages"))) {
    symlinkSync(join(folder, "packages", name), join(modules, "@regrant", name));
  }
  return { folder, command: join(folder, COMMAND) };
}

/** The folder of an engine's migrations. @param folder a version's; default: this tree */
export function migrationsOf(engine: Engine, folder: string = ROOT): string {
  return join(folder, STORE, engine, "migrations");
}

/** The number of the oldest migration whose programs can use this tree's schema. */
export function usableFrom(engine: Engine): number {
  return Math.max(...readMigrations(migrationsOf(engine)).map((migration) => migration.usableFrom));
}
