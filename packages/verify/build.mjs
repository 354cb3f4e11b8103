// Makes dist/: JavaScript and declarations of the sources. Runs before `npm pack`.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = import.meta.dirname;
rmSync(join(here, "dist"), { recursive: true, force: true });
const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace("package.json", "bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
// npm packs only what is in the package's own folder.
cpSync(join(here, "../../LICENSE"), join(here, "LICENSE"));
