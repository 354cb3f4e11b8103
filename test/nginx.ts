import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { hasEnded, PATIENCE, startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Nginx {
  /** Has nginx take another configuration; it finishes what it began with the old one. */
  reload(configuration: string): Promise<void>;
  /** What it logs of servers whose configuration names no log. */
  logged(): string;
}

const PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/**
 * An nginx of its own until the test's end.
 *
 * @param program the server's executable
 * @param configuration what stands in its `http` block
 * @throws Error with what nginx says of a configuration that it does not take
 */
export async function startNginx(t: TestContext, program: string, configuration: string): Promise<Nginx> {
  const folder = temporaryFolder("nginx");
  // As root, its workers are somebody else.
  chmodSync(folder, 0o711);
  const file = join(folder, "nginx.conf");
  const write = (http: string) => writeFile(file, configurationOf(folder, http));
  await write(configuration);
  const args = ["-p", folder, "-c", file, "-e", "stderr"];
  const child = await startProgram(program, args, { ready: /start worker process /, end: "SIGTERM" });
  t.after(async () => {
    await stopProgram(child);
    await rm(folder, { recursive: true, force: true });
  });
  let errors = "";
  child.stderr?.on("data", (text: string) => (errors += text));
  return {
    logged: () => readFileSync(join(folder, "access.log"), "utf8") + errors,
    async reload(changed) {
      await write(changed);
      let log = "";
      const read = (text: string) => (log += text);
      child.stderr?.on("data", read);
      child.kill("SIGHUP");
      // The worker of the configuration before takes connections until it has ended.
      while (!log.includes(" exited with code 0")) {
        if (hasEnded(child) || log.includes("[emerg]")) throw new Error(`nginx: ${log}`);
        await once(child.stderr ?? child, "data", { signal: AbortSignal.timeout(PATIENCE) });
      }
      child.stderr?.off("data", read);
    },
  };
}

function configurationOf(folder: string, http: string): string {
  const places = PATHS.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr notice;
events {}
http {
access_log ${folder}/access.log;
${places}
${http}
}
`;
}
