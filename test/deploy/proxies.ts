/** The proxies of `deploy/`: each started with that folder's very file, in which addresses and paths alone are replaced. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Certificate } from "../certificates.ts";
import { needCaddy, needNginx, present } from "../need.ts";
import type { Program } from "../need.ts";
import { startNginx } from "../nginx.ts";
import { freePort } from "../ports.ts";
import { until } from "../postgres-server.ts";
import { startProgram, stopProgram } from "../program.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The public name in the examples. */
export const HOST = "auth.example.com";
const DEPLOY = join(import.meta.dirname, "../../deploy");

/** What a proxy of a test has in place of the example's addresses and paths. */
export interface Place {
  /** The ports of two nodes on 127.0.0.1. */
  nodes: readonly [number, number];
  /** For `HOST`. */
  certificate: Certificate;
  /** The lines for a service below `/auth` in place of the ordinary ones. */
  belowPath?: boolean;
}

/** Ports of 127.0.0.1 on which a proxy listens. */
interface Ports {
  http: number;
  https: number;
}

interface Running extends Ports {
  /** What it has logged, wherever it does. */
  logged: () => string;
}

export interface Proxy {
  name: string;
  program: Program;
  /** Whether it asks nodes for `/readyz`. */
  asksWhetherReady: boolean;
  /** Runs until the end of the test. */
  start: (t: TestContext, place: Place) => Promise<Running>;
}

type Run = (t: TestContext, program: string, place: Place, ports: Ports) => Promise<Running["logged"]>;

export const PROXIES: readonly Proxy[] = [
  proxy("nginx", await needNginx(), false, runNginx),
  proxy("Caddy", await needCaddy(), true, runCaddy),
  // Debian has no package of it.
  proxy("Envoy", present("envoy", process.env["ENVOY_BIN"] ?? ""), true, runEnvoy),
];

function proxy(name: string, program: Program, asksWhetherReady: boolean, run: Run): Proxy {
  return {
    name,
    program,
    asksWhetherReady,
    async start(t, place) {
      const ports = { http: await freePort(), https: await freePort() };
      return { ...ports, logged: await run(t, program.path, place, ports) };
    },
  };
}

async function runNginx(t: TestContext, program: string, place: Place, { http, https }: Ports) {
  const { nodes, certificate, belowPath = false } = place;
  const logs = temporaryFolder("nginx-logs");
  const configuration = example("nginx/regrant.conf", belowPath, [
    ["10.0.0.1:8787", `127.0.0.1:${nodes[0]}`],
    ["10.0.0.2:8787", `127.0.0.1:${nodes[1]}`],
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["listen 443 ", `listen 127.0.0.1:${https} `],
    // Not every machine has IPv6.
    [/listen \[::\].*;/g, ""],
    [`/etc/ssl/${HOST}.pem`, certificate.cert],
    [`/etc/ssl/${HOST}.key`, certificate.key],
    ["/var/log/nginx", logs],
  ]);
  const nginx = await startNginx(t, program, configuration);
  const own = () => globSync(join(logs, "*.log")).map((file) => readFileSync(file, "utf8"));
  return () => [...own(), nginx.logged()].join("\n");
}

async function runCaddy(t: TestContext, program: string, place: Place, { http, https }: Ports) {
  const { nodes, certificate, belowPath = false } = place;
  const folder = temporaryFolder("caddy");
  const file = join(folder, "Caddyfile");
  // Further options of Caddy itself: where it listens, and that nobody reconfigures it.
  const options = `admin off\ndefault_bind 127.0.0.1\nhttp_port ${http}\nhttps_port ${https}\nauto_https disable_redirects`;
  writeFileSync(file, example("caddy/Caddyfile", belowPath, [[/^\{\n/gm, `{\n${options}\n`]]));
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    AUTH_HOST: HOST,
    AUTH_TLS: `${certificate.cert} ${certificate.key}`,
    AUTH_NODES: nodes.map((port) => `127.0.0.1:${port}`).join(" "),
  };
  return run(t, program, ["run", "--config", file, "--adapter", "caddyfile"], {
    ready: /serving initial configuration/,
    env,
  });
}

async function runEnvoy(t: TestContext, program: string, place: Place, { http, https }: Ports) {
  const { nodes, certificate, belowPath = false } = place;
  const file = join(temporaryFolder("envoy"), "envoy.yaml");
  const configuration = example("envoy/envoy.yaml", belowPath, [
    ["address: 10.0.0.1, port_value: 8787", `address: 127.0.0.1, port_value: ${nodes[0]}`],
    ["address: 10.0.0.2, port_value: 8787", `address: 127.0.0.1, port_value: ${nodes[1]}`],
    ['address: "0.0.0.0", port_value: 80 ', `address: 127.0.0.1, port_value: ${http} `],
    ['address: "0.0.0.0", port_value: 443 ', `address: 127.0.0.1, port_value: ${https} `],
    [`/etc/ssl/${HOST}.pem`, certificate.cert],
    [`/etc/ssl/${HOST}.key`, certificate.key],
  ]);
  writeFileSync(file, configuration);
  const args = ["--config-path", file, "--use-dynamic-base-id"];
  const logged = await run(t, program, args, { ready: /starting workers/ });
  // It says so before they listen.
  for (const port of [http, https]) await until(() => accepts(port));
  return logged;
}

/** Whether a port of 127.0.0.1 accepts connections. */
function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function run(
  t: TestContext,
  program: string,
  args: readonly string[],
  options: Parameters<typeof startProgram>[2],
): Promise<Running["logged"]> {
  const child = await startProgram(program, args, options);
  t.after(() => stopProgram(child));
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: string) => (log += text));
  return () => log;
}

type Replacement = [from: string | RegExp, to: string];

/** A line, and the one for a service below a path that stands in a comment under it. */
const LINE_BELOW_PATH: Replacement = [/^( *|\t*)\S.*\n\s*# Below a path.*\n\s*# (.*)$/gm, "$1$2"];

/** The example's file with each of these replaced, wherever it stands; each must be there. */
function example(file: string, belowPath: boolean, replacements: readonly Replacement[]): string {
  const all = belowPath ? [...replacements, LINE_BELOW_PATH] : replacements;
  return all.reduce(
    (text, [from, to]) => {
      const changed = text.replaceAll(from, to);
      assert.notEqual(changed, text, `${file} has no ${String(from)}`);
      return changed;
    },
    readFileSync(join(DEPLOY, file), "utf8"),
  );
}
