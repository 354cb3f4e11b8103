import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ACTOR, found, granted, within } from "../contract/bench.ts";
import { SECOND, newClient, newGrant, presentedToken } from "../contract/fixtures.ts";
import type { TestResponse, Job } from "../contract/process-child.ts";
import { PATIENCE, ask, closed, killAll, opened, updatesAreMerged } from "../contract/processes.ts";
import type { Store } from "../store.ts";
import { openPostgresStore } from "./engine.ts";
import { TestServer } from "../contract/postgres-server.ts";

const server = await TestServer.start();
after(async () => {
  killAll();
  await server.stop();
});

async function withStore(use: (store: Store, url: string) => Promise<void>): Promise<void> {
  const url = await server.newDatabase();
  const store = await openPostgresStore(url);
  try {
    await use(store, url);
  } finally {
    await store.close();
  }
}

test("four processes that open a new database at once all find it ready", async () => {
  const versionOf = (database: string) => server.query(database, "SELECT version FROM regrant_schema");
  const url = await server.newDatabase("nothing");
  await closed(await opened(url, 4));
  assert.deepEqual(await versionOf(url), await versionOf(await server.newDatabase()));
  const store = await openPostgresStore(url);
  await store.ping();
  await store.close();
});

test("four processes that race 200 refreshes each of one token get one successor", async () => {
  await withStore(async (store, url) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    const children = await opened(url, 4);
    const job: Job = { do: "race", presented: presentedToken(grant, 0, { retryWindow: 300 }), count: 200 };
    const answers = await Promise.all(children.map((child) => ask(child, job)));
    const results = answers.flatMap((answer) => (answer.done === "race" ? answer.results : []));
    assert.equal(results.length, 800);
    assert.equal(results.filter((result) => result === "rotated 1").length, 1);
    assert.equal(results.filter((result) => result === "retried 1").length, 799);
    assert.equal((await store.grants.find(grant.id))?.generation, 1);
    const events = await store.events.list({ grantId: grant.id }, 10);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["grant.created", "grant.retried"],
    );
    await closed(children);
  });
});

test("a client that another process changes is noticed within a second", async () => {
  await withStore(async (store, url) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const [child] = await opened(url, 1);
    let stop = (): void => {};
    const told = new Promise<number>((resolve) => {
      stop = store.watch(() => resolve(performance.now()));
    });
    await ask(found(child), { do: "rename", clientId: client.id, name: "Renamed" });
    const changed = performance.now();
    assert.ok((await within(PATIENCE, told)) - changed < SECOND);
    assert.equal((await store.clients.find(client.id))?.name, "Renamed");
    stop();
    await closed([found(child)]);
  });
});

test("updates of one client by several processes are merged", async () => {
  await withStore(updatesAreMerged);
});

test("a process that is killed while it refreshes leaves a database in which its last token works", async () => {
  await withStore(async (store, url) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    let generation = 0;
    for (let kill = 0; kill < 4; kill += 1) {
      const [child] = (await opened(url, 1)).map((child) => found(child));
      const answers = 3 + 7 * kill;
      const held = await new Promise<number>((resolve) => {
        let received = 0;
        let newest = generation;
        found(child).on("message", (answer: TestResponse) => {
          if (answer.done !== "refresh") return;
          newest = answer.generation;
          received += 1;
          if (received === answers) found(child).kill("SIGKILL");
        });
        found(child).once("exit", () => resolve(newest));
        found(child).send({ do: "refresh", presented: presentedToken(grant, generation) } satisfies Job);
      });
      assert.ok(held >= generation + answers);
      const result = await store.grants.rotate(presentedToken(grant, held, { retryWindow: 300 }));
      assert.ok("grant" in result, result.outcome);
      assert.deepEqual(await store.grants.find(grant.id), result.grant);
      ({ generation } = result.grant);
    }
  });
});
