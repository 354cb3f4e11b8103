/** A container engine that is running and has the image's bases. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onPath, type Program } from "../need.ts";
import type { Dockerfile } from "./dockerfile.ts";

const run = promisify(execFile);
/** How long a base may take to arrive, ms. */
const PULL_TIMEOUT = 300_000;

export async function findEngine({ stages }: Dockerfile): Promise<Program> {
  let missing = "no container engine is running (docker, podman)";
  for (const path of [...onPath("docker"), ...onPath("podman")]) {
    if (!(await succeeds(path, ["info"], 30_000))) continue;
    const bases = [...new Set(stages.map(({ base }) => base))];
    const pulled = await Promise.all(bases.map((base) => succeeds(path, ["pull", base], PULL_TIMEOUT)));
    if (pulled.every(Boolean)) return { path, missing: false };
    missing = `${path} cannot pull ${bases.filter((_, at) => !pulled[at]).join(" and ")}`;
  }
  return { path: "", missing };
}

async function succeeds(program: string, args: readonly string[], timeout: number): Promise<boolean> {
  return run(program, args, { timeout }).then(
    () => true,
    () => false,
  );
}
