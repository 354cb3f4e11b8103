import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { ACTOR, found, granted, within } from "../contract/bench.ts";
import { SECOND, newClient, newGrant, presentedToken } from "../contract/fixtures.ts";
import type { TestResponse, Job } from "../contract/process-child.ts";
import { PATIENCE, ask, closed, killAll, opened, updatesAreMerged } from "../contract/processes.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./engine.ts";

const folder = temporaryFolder("processes");
after(() => {
  killAll();
  rmSync(folder, { recursive: true });
});

async function withStore(name: string, use: (store: Store, path: string) => Promise<void>): Promise<void> {
  const path = join(folder, name);
  const store = await openSqliteStore(path);
  try {
    await use(store, path);
  } finally {
    await store.close();
  }
}

test("four processes that open a new database at once all find it ready", async () => {
  const path = join(folder, "new.db");
  await closed(await opened(path, 4));
  const store = await openSqliteStore(path);
  await store.ping();
  await store.close();
});

test("four processes that race 200 refreshes each of one token get one successor", async () => {
  await withStore("race.db", async (store, path) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    const children = await opened(path, 4);
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
  await withStore("watch.db", async (store, path) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const [child] = await opened(path, 1);
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
  await withStore("merged.db", updatesAreMerged);
});

test("a process that is killed while it refreshes leaves a clean file in which its last token works", async () => {
  await withStore("killed.db", async (store, path) => {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    let generation = 0;
    for (let kill = 0; kill < 4; kill += 1) {
      const [child] = (await opened(path, 1)).map((child) => found(child));
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
    const database = new DatabaseSync(path, { readOnly: true });
    assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
    database.close();
  });
});
