import { cp, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { npm, run } from "./consumer.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..");

/**
 * Packs packages that depend on no other of the workspace, as publishing does, and unpacks them. It builds a copy,
 * because another test file may pack the same package now.
 *
 * @param modules the `node_modules` to unpack into
 */
export async function installPacked(modules: string, names: readonly ("client" | "verify")[]): Promise<void> {
  const copy = temporaryFolder("packed");
  await cp(join(ROOT, "tsconfig.json"), join(copy, "tsconfig.json"));
  await cp(join(ROOT, "LICENSE"), join(copy, "LICENSE"));
  for (const name of ["node_modules", "scripts"])
    await symlink(join(ROOT, name), join(copy, name), "junction");
  for (const name of names) {
    const folder = join(copy, "packages", name);
    const filter = (path: string) => !["dist", "node_modules"].includes(basename(path));
    await cp(join(ROOT, "packages", name), folder, { recursive: true, filter });
    await npm(["pack", "--pack-destination", folder], folder);
    const [tarball = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    await run("tar", ["-xzf", tarball], folder);
    const place = join(modules, "@regrant", name);
    await mkdir(dirname(place), { recursive: true });
    await rename(join(folder, "package"), place);
  }
  await rm(copy, { recursive: true });
}
