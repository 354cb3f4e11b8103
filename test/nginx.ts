import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface Nginx {
  /** Has nginx take another configuration; it finishes what it began with the old one. */
  reload(configuration: string): Promise<void>;
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
  const folder = await mkdtemp(join(tmpdir(), "regrant-nginx-"));
  // As root, its workers are somebody else.
  chmodSync(folder, 0o711);
  const file = join(folder, "nginx.conf");
  const write = (http: string) => writeFile(file, configurationOf(folder, http));
  await write(configuration);
  const child = spawn(program, ["-p", folder, "-c", file, "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  t.after(async () => {
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  /** nginx tells of its workers; it has one for each configuration. */
  const told = async (words: string, times: number) => {
    while (log.split(words).length <= times) {
      if (child.exitCode !== null || log.includes("[emerg]")) throw new Error(`nginx: ${log}`);
      await Promise.race([once(child.stderr, "data"), exited]);
    }
  };
  await told("start worker process ", 1);
  let reloads = 0;
  return {
    async reload(changed) {
      await write(changed);
      child.kill("SIGHUP");
      // Until then the one before takes connections too.
      await told(" exited with code 0", (reloads += 1));
    },
  };
}

function configurationOf(folder: string, http: string): string {
  const places = PATHS.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr notice;
events {}
http {
access_log off;
${places}
${http}
}
`;
}
