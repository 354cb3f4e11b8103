import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { TestServer } from "../../packages/server/src/store/contract/postgres-server.ts";
import { Service } from "../service.ts";
import type { RunningServer } from "../service.ts";
import { refresh, successorIn } from "../token-request.ts";
import earlier from "./from.json" with { type: "json" };
import { RollingLoad } from "./rolling-load.ts";
import { assertCommandsHeard, assertTogether, assertVerified, ISSUER, logIn, register } from "./together.ts";
import type { Side } from "./together.ts";
import { copyOfThisVersion, ENGINES, hasCommit, migrationsOf, usableFrom, versionAt } from "./versions.ts";
import type { Engine } from "./versions.ts";

const CLIENTS = 8;
/** Waited for after each change of the nodes. */
const ANSWERS = 60;
/** For a version's first start, which compiles its sources, ms. */
const PATIENCE = 120_000;
const SETTINGS = {
  REGRANT_ISSUER: ISSUER,
  REGRANT_REGISTRATION: "open",
  REGRANT_REGISTRATION_SCOPES: "read",
  REGRANT_SIGNING_ALGORITHM: "EdDSA",
};

const server = await TestServer.start();
after(() => server.stop());

for (const engine of ENGINES) {
  for (const from of earlier) {
    const { commit } = from;
    const skip = hasCommit(commit) ? false : `commit ${commit} is not in this clone: git fetch --unshallow`;
    const isUsable = from[engine] >= usableFrom(engine);
    const how = isUsable ? "in turn, under load, and back" : "all at once: they cannot use this schema";
    const options = { skip, timeout: 240_000 };
    test(`on ${engine}, nodes are upgraded from ${commit.slice(0, 8)} ${how}`, options, async (t) => {
      const service = await prepare(t, engine);
      const before = service.by((await versionAt(commit)).command);
      await (isUsable ? upgradeInTurn(t, before, service, engine) : upgradeAtOnce(before, service));
    });
  }

  test(`on ${engine}, nodes of this version go on, and start, beside one whose migration they can use`, async (t) => {
    const service = await prepare(t, engine);
    await upgradeInTurn(t, service, service.by(nextVersion(engine)), engine);
  });
}

async function prepare(t: TestContext, engine: Engine): Promise<Service> {
  if (engine === "sqlite") return Service.prepare(t, SETTINGS);
  const key = Buffer.alloc(32, 7).toString("base64url");
  const REGRANT_DATABASE = await server.newDatabase("nothing");
  return Service.prepare(t, { ...SETTINGS, REGRANT_DATABASE, REGRANT_MASTER_KEY: key });
}

/** This version with one more migration, which gives every table a column. @returns its command */
function nextVersion(engine: Engine): string {
  const { folder, command } = copyOfThisVersion();
  const migrations = migrationsOf(engine, folder);
  const names = readdirSync(migrations);
  const all = names.map((name) => readFileSync(join(migrations, name), "utf8")).join("\n");
  const tables = [...all.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, table]) => table);
  assert.ok(tables.length > 10);
  const columns = tables.map((table) => `ALTER TABLE ${table} ADD COLUMN added text;`);
  writeFileSync(
    join(migrations, "9999_next.sql"),
    [`-- Usable from: ${names.length}`, ...columns].join("\n"),
  );
  return command;
}

/** Two nodes are replaced one after the other, and then one by the version before. */
async function upgradeInTurn(t: TestContext, before: Service, now: Service, engine: Engine): Promise<void> {
  const registered = await register(before);
  const nodes: [Node, Node] = [await start(before), await start(before)];
  const logins = Array.from({ length: CLIENTS }, () => logIn(nodes[0], registered.app));
  const tokens = (await Promise.all(logins)).map(successorIn);
  const load = new RollingLoad(urlsOf(nodes), registered.app, tokens);
  t.after(() => load.stop());
  const replace = async (index: 0 | 1, service: Service, workers = 1) => {
    const { running } = nodes[index];
    nodes[index] = await start(service, workers);
    load.goTo(...urlsOf(nodes));
    assert.equal(await running.stop(), 0);
    await load.answers(ANSWERS);
  };
  const together = async () => {
    await assertTogether(...nodes, registered);
    for (const token of load.accessTokens()) await assertVerified(token, ...nodes);
  };

  // What a node prepared before the migration it goes on with afterwards.
  await together();
  await replace(1, now, engine === "postgres" ? 2 : 1);
  await together();
  await assertCommandsHeard(...nodes, registered);
  assert.equal(load.lost, 0);
  await nodes[0].running.kill();
  nodes[0] = await start(before);
  load.goTo(...urlsOf(nodes));
  await load.answers(ANSWERS);
  const lostByKill = load.lost;
  await replace(0, now);
  await replace(0, before);
  await together();
  await load.finish();
  assert.equal(load.lost, lostByKill, "only kill -9 loses answers");
  t.diagnostic(`${load.answered} answers, ${lostByKill} lost to kill -9`);
}

/** Commands do not bring the schema up to date beside older nodes, which could not go on. A start does. */
async function upgradeAtOnce(before: Service, now: Service): Promise<void> {
  const app = await before.createClient("--grant-type", "refresh_token");
  const [first = ""] = await before.issueGrants(app, "ada", 1);
  const old = await start(before);
  await assert.rejects(now.createClient(), /nodes of the former version cannot use.*Stop them/);
  const second = successorIn(await refresh(old.url, app, first));
  await old.running.stop();
  const { url } = await start(now);
  assert.equal(successorIn(await refresh(url, app, first)), second, "the retry window is as it was");
  successorIn(await refresh(url, app, second));
  await assert.rejects(start(before), /written by a newer Regrant/);
}

interface Node extends Side {
  running: RunningServer;
}

async function start(service: Service, workers = 1): Promise<Node> {
  const running = await service.serve({ env: { REGRANT_WORKERS: String(workers) }, patience: PATIENCE });
  return { url: running.url, service, running };
}

function urlsOf(nodes: readonly Side[]): string[] {
  return nodes.map(({ url }) => url);
}
