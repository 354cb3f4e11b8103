/** Builds the image's tree without an engine, by the steps of its Dockerfile. */
import { execFileSync } from "node:child_process";
import { chown, copyFile, cp, mkdir, readdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../consumer.ts";
import { copyContext, type Dockerfile, type Instruction } from "./dockerfile.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What `npm ci` would install is here already. */
const INSTALL = /^npm ci --ignore-scripts( |$)/;

/**
 * Runs the steps of all stages, each in a folder of `folder` that stands for its root. A base image is an empty folder,
 * but for Node.js.
 *
 * @returns the folder of the last stage
 */
export async function buildWithoutEngine({ stages }: Dockerfile, folder: string): Promise<string> {
  let root = folder;
  for (const { name, base, instructions } of stages) {
    root = join(folder, name ?? "image");
    await mkdir(root, { recursive: true });
    if (base.includes("/node:")) await place(process.execPath, join(root, "usr/local/bin/node"));
    let cwd = root;
    for (const { name, text } of instructions) {
      if (name === "WORKDIR") await mkdir((cwd = join(root, text)), { recursive: true });
      if (name === "COPY") await copy(text, { folder, root, cwd });
      if (name === "RUN") await runStep(text, root, cwd);
    }
  }
  return root;
}

/** The libraries that Node.js is linked with, which the distroless base holds. */
export async function addLibraries(root: string): Promise<void> {
  const output = execFileSync("ldd", [process.execPath], { encoding: "utf8" });
  for (const [library] of output.matchAll(/\/\S+(?= \(0x)/g)) await place(library, join(root, library));
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

interface Place {
  /** Of all stages. */
  folder: string;
  root: string;
  cwd: string;
}

async function copy(text: Instruction["text"], { folder, root, cwd }: Place): Promise<void> {
  const words = text.split(" ");
  const flag = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1];
  const [from, owner] = [flag("from"), flag("chown")];
  const [source = "", target = ""] = words.filter((word) => !word.startsWith("--")).slice(-2);
  const to = target.startsWith("/") ? join(root, target) : join(cwd, target);
  if (from === undefined) return source === "." ? copyContext(ROOT, to) : undefined;
  await mkdir(dirname(to), { recursive: true });
  await cp(join(folder, from, source), to, { recursive: true });
  const [uid, gid] = (owner ?? "").split(":").map(Number);
  if (uid && gid && process.getuid?.() === 0) await chown(to, uid, gid);
}

/** Absolute paths of the command are those of the stage. */
async function runStep(command: string, root: string, cwd: string): Promise<void> {
  if (INSTALL.test(command)) return linkModules(join(cwd, "node_modules"));
  await run("sh", ["-euc", command.replaceAll(/(?<= )\/(?=\w)/g, `${root}/`)], cwd);
}

/** The installed packages of others, and the workspace's own where they are built. */
async function linkModules(modules: string): Promise<void> {
  await mkdir(join(modules, "@regrant"), { recursive: true });
  for (const name of await readdir(join(ROOT, "node_modules/@regrant"))) {
    await symlink(`../../packages/${name}`, join(modules, "@regrant", name));
  }
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (name === "@regrant" || name === "regrant") continue;
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
}
