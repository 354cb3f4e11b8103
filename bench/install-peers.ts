import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Installs what the `package-lock.json` in this folder names, when it is not installed yet. */
export function installPeers(folder: string, progress: (text: string) => void): void {
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules", ".installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  progress("installing the peers from the npm registry (once; about half a minute)");
  execFileSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
    shell: process.platform === "win32",
  });
  writeFileSync(stamp, lock);
}
