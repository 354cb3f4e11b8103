import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { once } from "node:events";
import { TestServer } from "../store/contract/postgres-server.ts";
import { CommandLine, freePort, parseLines } from "./testing.ts";
import type { Running } from "./testing.ts";

const PATIENCE = 30_000;
/** A refresh that is answered later than this is one that was lost, ms. */
const ANSWER = 5000;
const OPTIONS = "--conditions=regrant-source";

const server = await TestServer.start();
after(() => server.stop());

/** Regrant on one PostgreSQL database, and a client with a refresh token there. */
class Node {
  readonly regrant = new CommandLine();
  readonly env: Record<string, string>;
  readonly #t: TestContext;

  constructor(t: TestContext, database: string, masterKey: string) {
    this.#t = t;
    // Those who share a database have one issuer.
    this.env = {
      REGRANT_DATABASE: database,
      REGRANT_MASTER_KEY: masterKey,
      REGRANT_ISSUER: "http://127.0.0.1",
    };
  }

  async serve(args: readonly string[], env: Record<string, string> = {}): Promise<Served> {
    const running = this.regrant.start(["serve", "--port", "0", ...args], { ...this.env, ...env });
    this.#t.after(() => running.child.kill("SIGKILL"));
    const log = new Log(running);
    const address = /listens on (\S+)/.exec(await running.said("\n"))?.[1];
    assert.ok(address);
    return { ...running, address, log };
  }

  async token(): Promise<{ client: Record<string, string>; token: string }> {
    const one = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await this.regrant.run([...args, "--json"], { env: this.env });
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as Record<string, string>;
    };
    const made = await one(["client", "create", "--name", "Test", "--grant-type", "refresh_token"]);
    const { client_id = "", client_secret = "" } = made;
    const issued = await one(["grant", "issue", "--client", client_id, "--subject", "s"]);
    return { client: { client_id, client_secret }, token: issued["refresh_token"] ?? "" };
  }
}

interface Served extends Running {
  address: string;
  log: Log;
}

/** The lines that a service has logged so far. */
class Log {
  readonly #running: Running;
  #text = "";

  constructor(running: Running) {
    this.#running = running;
    running.child.stderr?.setEncoding("utf8").on("data", (part: string) => (this.#text += part));
  }

  get lines(): Record<string, unknown>[] {
    return parseLines(this.#text.slice(0, this.#text.lastIndexOf("\n") + 1));
  }

  /** Waits until `enough` lines are as `wanted` says. */
  async until(
    wanted: (line: Record<string, unknown>) => boolean,
    enough: number,
  ): Promise<Record<string, unknown>[]> {
    const { stderr } = this.#running.child;
    assert.ok(stderr);
    for (;;) {
      const found = this.lines.filter(wanted);
      if (found.length >= enough) return found;
      await once(stderr, "data", { signal: AbortSignal.timeout(PATIENCE) });
    }
  }

  /** The process id of each worker that has said that it listens. */
  async listening(enough: number): Promise<number[]> {
    const listens = ({ msg, worker }: Record<string, unknown>) => msg === "listening" && worker !== undefined;
    return (await this.until(listens, enough)).map(({ pid }) => Number(pid));
  }
}

interface Answer {
  status: number;
  body: Record<string, string>;
}

async function refresh(address: string, client: Record<string, string>, token: string): Promise<Answer> {
  const response = await fetch(`${address}/oauth/token`, {
    method: "POST",
    // Else the pool's connections, and with them all requests, stay with the workers that they went to first.
    headers: { Connection: "close" },
    body: new URLSearchParams({ ...client, grant_type: "refresh_token", refresh_token: token }),
    signal: AbortSignal.timeout(ANSWER),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function newNodes(t: TestContext, count: number): Promise<[Node, ...Node[]]> {
  const database = await server.newDatabase("nothing");
  const key = randomBytes(32).toString("base64url");
  const node = () => new Node(t, database, key);
  return [node(), ...Array.from({ length: count - 1 }, node)];
}

/** 200 refreshes of one token at once, spread over the addresses, must all get one successor. */
async function raceForOne(addresses: readonly string[], node: Node): Promise<void> {
  const { client, token } = await node.token();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => refresh(addresses[i % addresses.length] ?? "", client, token)),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => body["refresh_token"])).size, 1);
  const grants = await server.query(node.env["REGRANT_DATABASE"] ?? "", "SELECT generation FROM grants");
  assert.deepEqual(grants, [{ generation: 1 }]);
}

/** Answered refreshes, by the number of the worker. */
async function requestsByWorker(metrics: number): Promise<Map<string, number>> {
  const page = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  const lines = page.matchAll(
    /^regrant_requests_total\{(?=.*endpoint="token")(?=.*worker="(\d+)").*\} (\d+)$/gm,
  );
  const counts = new Map<string, number>();
  for (const [, worker = "", count] of lines) counts.set(worker, (counts.get(worker) ?? 0) + Number(count));
  return counts;
}

test("200 concurrent refreshes of one token over two workers give one successor, and both count them", async (t) => {
  const [node] = await newNodes(t, 1);
  const metrics = await freePort();
  const { address } = await node.serve(["--workers", "2", "--metrics", String(metrics)]);
  await raceForOne([address], node);
  const counts = [...(await requestsByWorker(metrics)).values()];
  assert.equal(counts.length, 2);
  assert.ok(
    counts.every((count) => count > 0) && (counts[0] ?? 0) + (counts[1] ?? 0) === 200,
    String(counts),
  );
});

test("200 concurrent refreshes of one token over two nodes give one successor", async (t) => {
  const nodes = await newNodes(t, 2);
  const served = await Promise.all(nodes.map((node) => node.serve([])));
  await raceForOne(
    served.map(({ address }) => address),
    nodes[0],
  );
  for (const { child } of served) child.kill("SIGTERM");
  for (const { finished } of served) assert.equal((await finished).code, 0);
});

test("a worker that is killed is replaced while refreshes go on", async (t) => {
  const [node] = await newNodes(t, 1);
  const { address, child, finished, log } = await node.serve(["--workers", "2"]);
  const [first, second] = await log.listening(2);
  assert.ok(first !== undefined && second !== undefined && first !== second);
  const { client, token } = await node.token();
  let held = token;
  const seen = { refreshes: 0, over: false };
  const refreshOnce = async () => {
    // A connection on its way to the one that is killed gets no answer; the client tries again.
    const answer = await refresh(address, client, held).catch(() => undefined);
    if (answer === undefined) return;
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    held = answer.body["refresh_token"] ?? "";
    seen.refreshes += 1;
  };
  for (let i = 0; i < 10; i += 1) await refreshOnce();
  process.kill(first, "SIGKILL");
  const replaced = log.listening(3);
  void replaced.finally(() => (seen.over = true));
  const before = seen.refreshes;
  do await refreshOnce();
  while (!seen.over || seen.refreshes < before + 10);
  assert.equal((await replaced).filter((pid) => pid !== first && pid !== second).length, 1);
  assert.equal(log.lines.filter(({ msg }) => msg === "a worker exited; starting another").length, 1);

  child.kill("SIGTERM");
  const { code, stdout } = await finished;
  assert.deepEqual([code, stdout], [0, `Regrant listens on ${address}\n`]);
});

test("told to stop, every worker finishes what is in flight, however many are told", async (t) => {
  const [node] = await newNodes(t, 1);
  const { address, child, finished, log } = await node.serve(["--workers", "2"]);
  const workers = await log.listening(2);
  const body = "grant_type=refresh_token";
  const { hostname, port } = new URL(address);
  const head = `POST /oauth/token HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
  const sockets = [connect(Number(port), hostname), connect(Number(port), hostname)];
  const answers = sockets.map((socket) => text(socket));
  for (const socket of sockets) {
    socket.write(`${head}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
    await once(socket, "data");
  }
  // As a terminal's Ctrl-C does: every process gets it, and each worker once more from the primary one.
  for (const pid of [child.pid ?? 0, ...workers]) process.kill(pid, "SIGINT");
  await log.until(({ msg }) => String(msg).startsWith("stopping"), 3);
  for (const socket of sockets) socket.write(body);
  for (const answer of answers) assert.match(await answer, /HTTP\/1\.1 401 Unauthorized/);
  assert.equal((await finished).code, 0);
  assert.equal(log.lines.filter(({ msg }) => msg === "stopped").length, 3);
});

test("workers that end at once, again and again, end the service with 1", async (t) => {
  const [node] = await newNodes(t, 1);
  const fault = join(node.regrant.folder, "fault.mjs");
  writeFileSync(fault, "");
  const { finished, log } = await node.serve(["--workers", "2"], {
    NODE_OPTIONS: `${OPTIONS} --import=${fault}`,
  });
  const workers = await log.listening(2);
  writeFileSync(fault, "process.exit(7)");
  for (const pid of workers) process.kill(pid, "SIGKILL");
  assert.equal((await finished).code, 1);
  const ended = log.lines.filter(({ msg }) => String(msg).startsWith("a worker exited"));
  assert.deepEqual(
    ended.map(({ level, code }) => [level, code]),
    [
      ["warn", null],
      ["warn", null],
      ["warn", 7],
      ["warn", 7],
      ["error", 7],
    ],
  );
});

test("what is wrong with the first worker is told once, and ends the service with its exit code", async (t) => {
  const [node] = await newNodes(t, 1);
  const { address } = await node.serve([]);
  const args = ["serve", "--workers", "2", "--port", new URL(address).port];
  const { code, stdout, stderr } = await node.regrant.run(args, {
    env: { ...node.env, REGRANT_LOG_LEVEL: "warn" },
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.equal(stderr.match(/address already in use/g)?.length, 1, stderr);
});

test("the demo runs one process", async (t) => {
  const [node] = await newNodes(t, 1);
  const { code, stderr } = await node.regrant.run(["serve", "--demo", "--workers", "auto"], {
    env: node.env,
  });
  assert.equal(code, 2);
  assert.match(stderr, /^regrant: --demo cannot run with workers\n/);
});
