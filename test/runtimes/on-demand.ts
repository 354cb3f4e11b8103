import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installPeers } from "../../bench/install-peers.ts";
import { onPath } from "../need.ts";
import type { Program } from "../need.ts";

const FOLDER = join(import.meta.dirname, "on-demand");
/** Where what `on-demand/package.json` names is installed. */
export const onDemandModules: string = join(FOLDER, "node_modules");

/** Why what `on-demand/package.json` names is not there; false: it is. Only `npm run proof:runtimes` installs it. */
export function missingOnDemand(): string | false {
  if (process.env["PROOF_RUNTIMES"] === undefined) return "npm run proof:runtimes installs and proves it";
  try {
    installPeers(FOLDER, (text) => console.error(text));
    return false;
  } catch (error) {
    return `npm could not install it: ${(error as Error).message}`;
  }
}

/** A program on the PATH, else the one that npm's package for this platform brings. */
export async function needRuntime(name: "bun" | "deno"): Promise<Program> {
  const [path] = onPath(name);
  if (path !== undefined) return { path, missing: false };
  const missing = missingOnDemand();
  if (missing !== false) return { path: "", missing: `${name} is not installed (${missing})` };
  const scope = join(onDemandModules, name === "bun" ? "@oven" : "@deno");
  for (const folder of await readdir(scope)) {
    for (const place of [join(scope, folder, name), join(scope, folder, "bin", name)])
      if (existsSync(place)) return { path: place, missing: false };
  }
  return { path: "", missing: `npm has no ${name} for this platform` };
}
