/** Several processes on one database, imported by tests only. */
import assert from "node:assert/strict";
import type { Store } from "../store.ts";
import { ACTOR, found, granted, within } from "./bench.ts";
import { SECOND, digest, newClient, newGrant, presentedToken } from "./fixtures.ts";
import type { DatabaseContent } from "./postgres-server.ts";
import type { TestResponse, Job } from "./process-child.ts";
import { PATIENCE, ask, closed, opened, updatesAreMerged } from "./processes.ts";

/** How an engine's databases are made, reached and opened. */
export interface ProcessBench {
  newDatabase: (content: DatabaseContent) => Promise<string>;
  open: (place: string) => Promise<Store>;
  /** What else must hold of a database that nobody has open after its processes were killed. */
  checkKilled?: (place: string) => void;
}

async function withStore(
  { newDatabase, open }: ProcessBench,
  use: (store: Store, place: string) => Promise<void>,
): Promise<string> {
  const place = await newDatabase("tables");
  const store = await open(place);
  try {
    await use(store, place);
  } finally {
    await store.close();
  }
  return place;
}

/** What must hold, as a sentence, and the proof. */
type ProcessCases = Record<string, (bench: ProcessBench) => Promise<void>>;

export const processCases: ProcessCases = {
  "four processes that open a new database at once all find it ready": async ({ newDatabase, open }) => {
    const place = await newDatabase("nothing");
    await closed(await opened(place, 4));
    const store = await open(place);
    await store.ping();
    await store.close();
  },

  "four processes that race 200 refreshes each of one token get one successor, and accept one proof once":
    async (bench) => {
      await withStore(bench, async (store, place) => {
        const client = newClient();
        await store.clients.create(client, ACTOR);
        const grant = await granted(store, newGrant(client.id));
        const children = await opened(place, 4);
        const job: Job = {
          do: "race",
          presented: presentedToken(grant, 0, { retryWindow: 300 }),
          count: 200,
        };
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
        const proof = { digest: digest(), ttl: 300 };
        const proven = presentedToken(grant, 1, { retryWindow: 300 }, { proof });
        const again = await Promise.all(
          children.map((child) => ask(child, { do: "race", presented: proven, count: 200 })),
        );
        const outcomes = again.flatMap((answer) => (answer.done === "race" ? answer.results : []));
        assert.equal(outcomes.filter((outcome) => outcome === "rotated 2").length, 1);
        assert.equal(outcomes.filter((outcome) => outcome === "proof_used").length, 799);
        await closed(children);
      });
    },

  "a client that another process changes is noticed within a second": async (bench) => {
    await withStore(bench, async (store, place) => {
      const client = newClient();
      await store.clients.create(client, ACTOR);
      const [child] = await opened(place, 1);
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
  },

  "updates of one client by several processes are merged": async (bench) => {
    await withStore(bench, updatesAreMerged);
  },

  "a process that is killed while it refreshes leaves a database in which its last token works": async (
    bench,
  ) => {
    const place = await withStore(bench, async (store, place) => {
      const client = newClient();
      await store.clients.create(client, ACTOR);
      const grant = await granted(store, newGrant(client.id));
      let generation = 0;
      for (let kill = 0; kill < 4; kill += 1) {
        const [child] = (await opened(place, 1)).map((child) => found(child));
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
    bench.checkKilled?.(place);
  },
};
