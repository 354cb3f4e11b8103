// Installs what package-lock.json names, when it is not installed yet. Runs before `npm start` and `npm test`,
// on whatever Node the machine has (20 or newer): the pinned Node 24 is one of the things it installs.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = createHash("sha256")
  .update(readFileSync(join(folder, "package-lock.json")))
  .digest("hex");
const stamp = join(folder, "node_modules", ".installed-lock");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.error("Installing the pinned packages (once; about a minute) …");
  const started = Date.now();
  const { status } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    // The outer npm's node-options would be refused by an install script that runs another program.
    env: { ...process.env, NODE_OPTIONS: "" },
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("npm ci failed; its message is above. Is the npm registry reachable?");
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, lock);
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
