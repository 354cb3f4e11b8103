// Makes the node_modules of the image: the packages as npm publishes them, and what they depend on as package-lock.json
// pins it. Runs in a checkout after `npm ci`: node deploy/image/production-tree.mjs FOLDER
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const MODULES = join(ROOT, "node_modules");
/** The command, and what it needs of the workspace. */
const OWN = new Map([
  ["@regrant/client", "packages/client"],
  ["@regrant/console", "packages/console"],
  ["@regrant/server", "packages/server"],
  ["regrant", "packages/regrant"],
]);

const target = join(process.argv[2], "node_modules");
mkdirSync(join(target, "@regrant"), { recursive: true });
for (const [name, folder] of packOwn()) copyPackage(folder, name);
for (const name of dependencies()) copyPackage(join(MODULES, name), name);

/** Builds and packs, as publishing does. Yields the unpacked folder of each package. */
function* packOwn() {
  const packed = mkdtempSync(join(tmpdir(), "packed-"));
  const workspaces = [...OWN.values()].map((folder) => `--workspace=${folder}`);
  run("npm", ["pack", ...workspaces, "--pack-destination", packed, "--loglevel=error"]);
  for (const name of OWN.keys()) {
    const start = name.replace("@", "").replace("/", "-");
    const [tarball] = globSync(`${start}-[0-9]*.tgz`, { cwd: packed });
    run("tar", ["-xzf", join(packed, tarball), "-C", packed]);
    yield [name, join(packed, "package")];
    rmSync(join(packed, "package"), { recursive: true });
  }
  rmSync(packed, { recursive: true });
}

/** The packages of others, by name: npm has installed all of them at the top. MySQL's driver is an optional peer. */
function dependencies() {
  const found = new Set(OWN.keys());
  for (const name of found) {
    const folder = OWN.has(name) ? join(ROOT, OWN.get(name)) : join(MODULES, name);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const isNested = existsSync(join(folder, "node_modules", needed));
      if (!isNested && existsSync(join(MODULES, needed)) && !isDeclarations(needed)) found.add(needed);
    }
  }
  return [...found].filter((name) => !OWN.has(name)).toSorted();
}

/** Packages of TypeScript declarations alone. */
function isDeclarations(name) {
  return name.startsWith("@types/") || name === "undici-types";
}

/** Without TypeScript, declarations and source maps, which Node.js does not read, and without hidden files. */
function copyPackage(from, name) {
  const filter = (path) => !/\.([cm]?ts|map)$/.test(path) && !basename(path).startsWith(".");
  mkdirSync(dirname(join(target, name)), { recursive: true });
  cpSync(from, join(target, name), { recursive: true, dereference: true, filter });
}

function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}
