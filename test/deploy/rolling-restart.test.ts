import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { after, test } from "node:test";
import { TestServer } from "../../packages/server/src/store/contract/postgres-server.ts";
import { CertificateAuthority } from "../certificates.ts";
import { needOpenssl } from "../need.ts";
import { Service } from "../service.ts";
import type { NewClient, RunningServer } from "../service.ts";
import { ask } from "./ask.ts";
import { HOST, PROXIES } from "./proxies.ts";

/** Sessions behind each proxy. */
const SESSIONS = 4;

const openssl = await needOpenssl();
const proxies = PROXIES.filter(({ program }) => program.missing === false);
const skip = openssl.missing || (proxies.length === 0 && "no proxy is installed");
const server = skip === false ? await TestServer.start() : undefined;
after(() => server?.stop());

for (const { name, program } of PROXIES) {
  if (program.missing !== false) test(`a rolling restart behind ${name}`, { skip: program.missing });
}

test(
  `behind ${proxies.map(({ name }) => name).join(", ")} no request fails while a node of one process and one of two workers are restarted in turn`,
  { skip, timeout: 180_000 },
  async (t) => {
    assert.ok(server);
    const authority = await CertificateAuthority.create(openssl.path);
    const certificate = await authority.issue(HOST);
    const service = await Service.prepare(t, {
      REGRANT_DATABASE: await server.newDatabase(),
      REGRANT_MASTER_KEY: Buffer.alloc(32, 7).toString("base64url"),
      REGRANT_ISSUER: `https://${HOST}`,
      REGRANT_SIGNING_ALGORITHM: "EdDSA",
      REGRANT_TRUSTED_PROXIES: "127.0.0.1",
    });
    const nodes = [await Node.start(service, "1"), await Node.start(service, "2")] as const;
    const client = await service.createClient("--grant-type", "refresh_token");
    const tokens = await service.issueGrants(client, "ada", SESSIONS * proxies.length);
    const loads: Load[] = [];
    for (const { name, start } of proxies) {
      const { https: port } = await start(t, { nodes: [nodes[0].port, nodes[1].port], certificate });
      const target = { port, ca: readFileSync(authority.cert) };
      loads.push(new Load(name, target, client, tokens.splice(0, SESSIONS)));
    }
    const running = loads.map((load) => load.run());
    // The second stops as soon as the first one listens.
    for (const node of nodes) await node.restart();
    for (const load of loads) load.stop();
    await Promise.all(running);
    for (const { name, count } of loads) t.diagnostic(`${name}: ${count} refreshes`);
    const failures = Object.fromEntries(loads.map((load) => [load.name, load.failures]));
    assert.deepEqual(failures, Object.fromEntries(loads.map(({ name }) => [name, {}])));
    assert.ok(loads.every(({ count }) => count > 100));
  },
);

/** A node that can be restarted on its port. */
class Node {
  readonly port: number;
  readonly #start: (port?: number) => Promise<RunningServer>;
  #running: RunningServer;

  private constructor(running: RunningServer, start: (port?: number) => Promise<RunningServer>) {
    this.port = running.port;
    this.#running = running;
    this.#start = start;
  }

  static async start(service: Service, workers: string): Promise<Node> {
    const start = (port = 0) => service.serve({ port, env: { REGRANT_WORKERS: workers } });
    return new Node(await start(), start);
  }

  async restart(): Promise<void> {
    assert.equal(await this.#running.stop(), 0);
    this.#running = await this.#start(this.port);
  }
}

/** Sessions that refresh again and again through one proxy. */
class Load {
  readonly name: string;
  count = 0;
  /** How often each happened. */
  readonly failures: Record<string, number> = {};
  readonly #agent: Agent;
  readonly #client: NewClient;
  readonly #tokens: readonly string[];
  readonly #port: number;
  #stopped = false;

  constructor(
    name: string,
    { port, ca }: { port: number; ca: Buffer },
    client: NewClient,
    tokens: readonly string[],
  ) {
    this.name = name;
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, ca, servername: HOST });
    this.#client = client;
    this.#tokens = tokens;
  }

  /** Refreshes until it is stopped. A session that is not answered well goes on with the token that it holds. */
  async run(): Promise<void> {
    await Promise.all(
      this.#tokens.map(async (first) => {
        for (let held = first; !this.#stopped;) {
          held = await this.#refresh(held).catch((error: unknown) => {
            this.failures[String(error)] = (this.failures[String(error)] ?? 0) + 1;
            return held;
          });
        }
      }),
    );
    this.#agent.destroy();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #refresh(token: string): Promise<string> {
    const form = new URLSearchParams({
      ...this.#client,
      grant_type: "refresh_token",
      refresh_token: token,
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const target = { host: "127.0.0.1", port: this.#port, path: "/oauth/token", method: "POST" };
    const sent = { ...target, headers, agent: this.#agent };
    const { status, body } = await ask(request, sent, form.toString());
    if (status !== 200) throw new Error(`${status} ${body.slice(0, 80)}`);
    this.count += 1;
    return (JSON.parse(body) as { refresh_token: string }).refresh_token;
  }
}
