// What the packages' build.mjs share. Runs before `npm pack`.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes dist/ of a package: JavaScript and declarations of its sources, as its tsconfig.build.json says.
 *
 * @param {string} folder the package's
 */
export function buildPackage(folder) {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
    "package.json",
    "bin/tsc",
  );
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(folder, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  copyLicense(folder);
}

/**
 * Puts the license into a package's folder: npm packs nothing from outside of it.
 *
 * @param {string} folder the package's
 */
export function copyLicense(folder) {
  cpSync(join(folder, "../../LICENSE"), join(folder, "LICENSE"));
}
