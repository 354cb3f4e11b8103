import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { PostgresPair } from "./postgres-pair.ts";
import { Service } from "./service.ts";
import type { NewClient, RunningServer } from "./service.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

/** How often the sending node is killed; `SUBSCRIPTION_KILLS` tries more. */
const KILLS = Number(process.env["SUBSCRIPTION_KILLS"] ?? 2);
/** Between two events of the load, ms. */
const PACE = 30;
/** Grants that are issued by one command. */
const PART = 100;
/** For what is waited for, ms. */
const PATIENCE = 60_000;

const SETTINGS = {
  REGRANT_ISSUER: "http://127.0.0.1",
  REGRANT_LOG_LEVEL: "silent",
  REGRANT_SIGNING_ALGORITHM: "EdDSA",
  REGRANT_WEBHOOK_PRIVATE_ADDRESSES: "true",
};

interface Scene {
  service: Service;
  receiver: WebhookReceiver;
  /** One is pending from its kill until the next in its place listens. */
  nodes: Promise<RunningServer>[];
  load: Load;
}

/** Revokes one grant after the other, at any node, again until it is revoked: one event each. */
class Load {
  readonly #service: Service;
  readonly #nodes: Promise<RunningServer>[];
  readonly #client: NewClient;
  #tokens: string[] = [];
  #stopped = false;
  revoked = 0;

  constructor(service: Service, nodes: Promise<RunningServer>[], client: NewClient) {
    this.#service = service;
    this.#nodes = nodes;
    this.#client = client;
  }

  /** Issues grants to revoke; a database that is busy or fails over is asked again. */
  async issue(): Promise<void> {
    for (let attempt = 1; this.#tokens.length === 0; attempt += 1) {
      try {
        this.#tokens = await this.#service.issueGrants(this.#client, "subject-1", PART);
      } catch (error) {
        if (attempt === 10) throw error;
        await pause(1000);
      }
    }
  }

  async during(work: () => Promise<void>): Promise<void> {
    const running = this.#run();
    try {
      await work();
    } finally {
      this.#stopped = true;
    }
    await running;
  }

  async #run(): Promise<void> {
    for (let i = 0; !this.#stopped; i += 1) {
      await this.issue();
      const token = this.#tokens.shift() ?? "";
      for (let attempt = i; !(await this.#revoke(token, attempt)); attempt += 1) await pause(PACE);
      this.revoked += 1;
      await pause(PACE);
    }
  }

  async #revoke(token: string, attempt: number): Promise<boolean> {
    try {
      const { url } = (await this.#nodes[attempt % this.#nodes.length]) ?? { url: "" };
      const body = new URLSearchParams({ ...this.#client, token });
      const response = await fetch(`${url}/oauth/revoke`, { method: "POST", body });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

async function prepare(t: TestContext, settings: Record<string, string>): Promise<Scene> {
  const service = await Service.prepare(t, { ...SETTINGS, ...settings });
  const client = await service.createClient("--grant-type", "refresh_token");
  const receiver = await WebhookReceiver.start(t);
  const created = await service.run([
    "webhook",
    "create",
    "--url",
    receiver.url,
    "--event",
    "grant.revoked",
    "--json",
  ]);
  receiver.secret = (JSON.parse(created) as { secret: string }).secret;
  const running = [service.serve(), service.serve()];
  await Promise.all(running);
  const load = new Load(service, running, client);
  await load.issue();
  return { service, receiver, nodes: running, load };
}

/** Kills nodes until it was the one that sends, in the middle of a message; each is started again. */
async function killSender({ service, receiver, nodes }: Scene, guess: number): Promise<number> {
  for (let i = guess; ; i += 1) {
    const victim = i % nodes.length;
    const node = (await nodes[victim]) as RunningServer;
    const held = await within(receiver.holdNext());
    nodes[victim] = node.kill().then(() => service.serve({ port: node.port }));
    await nodes[victim];
    const wasSender = held.isAbandoned();
    held.respond();
    if (wasSender) return victim;
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(PATIENCE);
  const ended = new Promise<never>((_resolve, reject) => {
    late.addEventListener("abort", () => reject(new Error(`nothing was sent within ${PATIENCE} ms`)));
  });
  return Promise.race([work, ended]);
}

/** Waits until the receiver has the last event, and compares what it saw with what the store has. */
async function assertComplete(t: TestContext, { service, receiver, load }: Scene): Promise<void> {
  const stored = async () => {
    const lines = (await service.run(["events", "--type", "grant.revoked", "--json"])).split("\n");
    return lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { id: number }).id);
  };
  const ids = await stored();
  const end = performance.now() + PATIENCE;
  while (receiver.order.at(-1) !== ids.at(-1)) {
    assert.ok(
      performance.now() < end,
      `the last event did not arrive: ${receiver.order.length} of ${ids.length}`,
    );
    await pause(50);
  }
  assert.deepEqual(receiver.faults, []);
  assert.deepEqual(receiver.order, ids, "nothing lost, each first seen in the order of the events");
  assert.equal(ids.length, load.revoked, "each revocation is one event");
  assert.equal(receiver.atOnce, 1, "one sender at a time");
  t.diagnostic(`${ids.length} events, ${receiver.received - ids.length} of them sent again`);
}

test(
  `a webhook gets every event in order from two nodes on PostgreSQL, of which the sending one is killed ${KILLS} times, and through a failover`,
  { timeout: 120_000 + KILLS * 30_000 },
  async (t) => {
    const pair = await PostgresPair.start(t, "synchronous");
    const database = {
      REGRANT_DATABASE: pair.url,
      REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
    };
    const scene = await prepare(t, database);
    await scene.load.during(async () => {
      let next = 0;
      for (let kill = 0; kill < KILLS; kill += 1) next = (await killSender(scene, next)) + 1;
      await Promise.all(scene.nodes);
      await pair.killPrimary();
      await pair.promoteStandby();
      const before = scene.load.revoked;
      const end = performance.now() + PATIENCE;
      while (scene.load.revoked < before + 20 && performance.now() < end) await pause(50);
    });
    await assertComplete(t, scene);
  },
);

test(
  "a webhook gets every event in order from two processes on one SQLite file, of which the sending one is killed",
  { timeout: 120_000 },
  async (t) => {
    const scene = await prepare(t, {});
    await scene.load.during(async () => {
      await killSender(scene, 0);
      await within(scene.receiver.holdNext().then((held) => held.respond()));
    });
    await assertComplete(t, scene);
  },
);
