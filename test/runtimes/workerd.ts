import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import workerd from "workerd";
import { freePort } from "../ports.ts";
import { startProgram, stopProgram } from "../program.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export interface Worker {
  /** An ES module. */
  readonly source: string;
  /** The day whose behaviour of the platform it gets, such as "2026-11-01". */
  readonly compatibilityDate: string;
  /** Bindings of texts; `KV` is a KV namespace besides. */
  readonly vars: Readonly<Record<string, string>>;
  /** The class of its Durable Objects, each with an SQLite database of its own; `SESSIONS` is bound to them. */
  readonly durableObject?: string;
  /** How long a write to the KV namespace takes, ms. Default 0. */
  readonly writeDelay?: number | undefined;
}

/** The service behind a KV namespace's binding, in the protocol that workerd speaks with it. */
const KV = `
const values = new Map();
export default {
  async fetch(request, { WRITE_DELAY }) {
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") {
      values.set(pathname, await request.text());
      await new Promise((resolve) => setTimeout(resolve, Number(WRITE_DELAY)));
    }
    const value = values.get(pathname);
    return value === undefined ? new Response(null, { status: 404 }) : new Response(value);
  },
};`;

/**
 * Runs a Worker in workerd, the runtime of Cloudflare Workers, until the end of the test.
 *
 * @returns its origin
 */
export async function startWorker(
  t: TestContext,
  { source, compatibilityDate, vars, durableObject, writeDelay = 0 }: Worker,
): Promise<string> {
  const folder = temporaryFolder("workerd");
  const port = await freePort();
  const text = ([name, value]: [string, string]) => `(name = "${name}", text = "${value}")`;
  const bindings = [...Object.entries(vars).map(text), `(name = "KV", kvNamespace = "kv")`];
  const worker = (file: string, bound: string[], more = "") =>
    `(modules = [(name = "${file}", esModule = embed "${file}")],
      compatibilityDate = "${compatibilityDate}", bindings = [${bound.join(", ")}]${more})`;
  let objects = "";
  if (durableObject !== undefined) {
    bindings.push(`(name = "SESSIONS", durableObjectNamespace = "${durableObject}")`);
    objects = `, durableObjectStorage = (localDisk = "disk"), durableObjectNamespaces = [
      (className = "${durableObject}", uniqueKey = "${durableObject}", enableSql = true)]`;
  }
  await writeFile(join(folder, "worker.mjs"), source);
  await writeFile(join(folder, "kv.mjs"), KV);
  await writeFile(
    join(folder, "workerd.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = ${worker("worker.mjs", bindings, objects)}),
    (name = "kv", worker = ${worker("kv.mjs", [text(["WRITE_DELAY", String(writeDelay)])])}),
    (name = "disk", disk = (path = "${folder}", writable = true)),
    (name = "internet", network = (allow = ["local", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  const args = ["serve", "--control-fd=1", join(folder, "workerd.capnp")];
  const running = await startProgram(workerd.default, args, { ready: /"event":"listen"/ });
  t.after(() => stopProgram(running, "SIGKILL"));
  return `http://127.0.0.1:${port}`;
}
