import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { needNginx } from "./need.ts";
import { startNginx } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { Service } from "./service.ts";
import type { NewClient, RunningServer } from "./service.ts";

const GUIDE = join(import.meta.dirname, "../docs/operations.md");
const CLIENTS = 12;

const nginx = await needNginx();
const server = nginx.missing === false ? await TestServer.start() : undefined;
after(() => server?.stop());

for (const workers of ["1", "2"]) {
  test(
    `behind the guide's nginx no request is lost while two nodes of ${workers} worker(s) are restarted in turn`,
    { skip: nginx.missing, timeout: 180_000 },
    async (t) => {
      const { nodes, client, tokens } = await startNodes(t, workers);
      const port = await freePort();
      await startNginx(
        t,
        nginx.path,
        configuration(
          port,
          nodes.map((node) => node.port),
        ),
      );
      const load = startLoad(port, client, tokens);
      for (const node of [...nodes, ...nodes]) await node.restart();
      const failures = await load.stop();
      assert.deepEqual(failures, []);
      t.diagnostic(`${load.count()} refreshes`);
      assert.ok(load.count() > 500);
    },
  );
}

/** One node of several, which can be restarted on its port. */
interface Node {
  port: number;
  restart: () => Promise<void>;
}

async function startNodes(t: TestContext, workers: string) {
  assert.ok(server);
  const settings = {
    REGRANT_DATABASE: await server.newDatabase(),
    REGRANT_MASTER_KEY: Buffer.alloc(32, 7).toString("base64url"),
    REGRANT_ISSUER: "http://127.0.0.1",
    REGRANT_SIGNING_ALGORITHM: "EdDSA",
    REGRANT_TRUSTED_PROXIES: "127.0.0.1",
    REGRANT_WORKERS: workers,
  };
  const service = await Service.prepare(t, settings);
  const nodes: Node[] = [];
  for (let i = 0; i < 2; i += 1) {
    let running: RunningServer = await service.serve();
    const { port } = running;
    nodes.push({
      port,
      async restart() {
        assert.equal(await running.stop(), 0);
        running = await service.serve({ port });
        await setTimeout(500);
      },
    });
  }
  const client = await service.createClient("--grant-type", "refresh_token");
  const tokens = await service.issueGrants(client, "ada", CLIENTS);
  return { nodes, client, tokens };
}

/** What the guide shows, between these nodes, without the certificate. */
function configuration(port: number, [one, two]: number[]): string {
  const [, page] = /```nginx\n([^]*?)```/.exec(readFileSync(GUIDE, "utf8")) ?? [];
  assert.ok(page);
  const replaced: [RegExp, string][] = [
    [/10\.0\.0\.1:8787/, `127.0.0.1:${one}`],
    [/10\.0\.0\.2:8787/, `127.0.0.1:${two}`],
    [/listen 443 ssl;/, `listen 127.0.0.1:${port};`],
    [/ssl_certificate .*;/, ""],
    [/ssl_certificate_key .*;/, ""],
  ];
  return replaced.reduce((text, [from, to]) => {
    assert.match(text, from);
    return text.replace(from, to);
  }, page);
}

/** Each client refreshes its session again and again. `stop` returns what went wrong. */
function startLoad(port: number, client: NewClient, tokens: readonly string[]) {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  const stopping = new AbortController();
  let count = 0;
  const refresh = async (token: string): Promise<string> => {
    const form = new URLSearchParams({ ...client, grant_type: "refresh_token", refresh_token: token });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const sent = request({ host: "127.0.0.1", port, path: "/oauth/token", method: "POST", headers, agent });
    sent.end(form.toString());
    const [response] = (await once(sent, "response")) as [NodeJS.ReadableStream & { statusCode: number }];
    const body = await text(response);
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${body.slice(0, 200)}`);
    count += 1;
    return (JSON.parse(body) as { refresh_token: string }).refresh_token;
  };
  const running = tokens.map(async (first) => {
    for (let held = first; !stopping.signal.aborted;) {
      held = await refresh(held).catch((error: unknown) => {
        failures.push(String(error));
        return held;
      });
    }
  });
  return {
    count: () => count,
    async stop() {
      stopping.abort();
      await Promise.all(running);
      agent.destroy();
      return failures;
    },
  };
}
