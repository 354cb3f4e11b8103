import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { installPacked } from "../packed.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");

let made: Promise<string> | undefined;

/** A project away from the repository that has only the packed client and verify. @returns its folder, always the same */
export function packedProject(): Promise<string> {
  made ??= makeProject();
  return made;
}

async function makeProject(): Promise<string> {
  const folder = temporaryFolder("project");
  await installPacked(join(folder, "node_modules"), ["client", "verify"]);
  await link(folder, "jose", "hono");
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "project", type: "module" }));
  return folder;
}

/** Links packages of the repository into a project. */
export async function link(project: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const place = join(project, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), place, "junction");
  }
}

/** Every entry of both packages, as programs import it. */
export async function packedEntries(): Promise<string[]> {
  const project = await packedProject();
  const found = ["@regrant/client", "@regrant/verify"].map(async (name) => {
    const text = await readFile(join(project, "node_modules", name, "package.json"), "utf8");
    const { exports } = JSON.parse(text) as { exports: Record<string, unknown> };
    return Object.keys(exports).map((entry) => posix.join(name, entry));
  });
  return (await Promise.all(found)).flat();
}
