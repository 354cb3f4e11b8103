/**
 * A process of its own on a store, for the tests of several processes: it does what its parent's messages say, one
 * after another, and answers each.
 */
import { openPostgresStore } from "../postgres/engine.ts";
import { openSqliteStore } from "../sqlite/engine.ts";
import type { PresentedToken, Store } from "../store.ts";

export type Job =
  /** `place`: the path of an SQLite file, or a PostgreSQL URL. */
  | { do: "open"; place: string }
  /** `count` rotations of one token, in waves, so that the processes' transactions interleave. */
  | { do: "race"; presented: PresentedToken; count: number }
  /** Refreshes with the newest token, and answers every generation, until the process is killed. */
  | { do: "refresh"; presented: PresentedToken }
  | { do: "rename"; clientId: string; name: string }
  /** Adds each scope to the client by an update of its own. */
  | { do: "add_scopes"; clientId: string; scopes: readonly string[] }
  | { do: "close" };

export type TestResponse =
  | { done: "open" | "rename" | "add_scopes" | "close" }
  | { done: "race"; results: string[] }
  | { done: "refresh"; generation: number };

const WAVE = 10;

let store: Store | undefined;
let last: Promise<void> = Promise.resolve();

function answer(message: TestResponse): void {
  process.send?.(message);
}

function theStore(): Store {
  if (store === undefined) throw new TypeError("open it first");
  return store;
}

/** A message keeps a Buffer's bytes and not its class. */
function received(presented: PresentedToken): PresentedToken {
  return { ...presented, secretHash: Buffer.from(presented.secretHash) };
}

async function race(presented: PresentedToken, count: number): Promise<string[]> {
  const results: string[] = [];
  while (results.length < count) {
    const wave = Array.from({ length: WAVE }, () => theStore().grants.rotate(presented));
    for (const result of await Promise.all(wave)) {
      results.push("grant" in result ? `${result.outcome} ${result.grant.generation}` : result.outcome);
    }
  }
  return results;
}

async function refreshForEver(presented: PresentedToken): Promise<never> {
  let { generation } = presented;
  for (;;) {
    const result = await theStore().grants.rotate({ ...presented, generation });
    if (!("grant" in result)) throw new Error(`refused as ${result.outcome}`);
    ({ generation } = result.grant);
    answer({ done: "refresh", generation });
  }
}

async function work(job: Job): Promise<void> {
  switch (job.do) {
    case "open":
      store = job.place.includes("://")
        ? await openPostgresStore(job.place)
        : await openSqliteStore(job.place);
      return answer({ done: "open" });
    case "race":
      return answer({ done: "race", results: await race(received(job.presented), job.count) });
    case "refresh":
      return refreshForEver(received(job.presented));
    case "rename": {
      const updated = await theStore().clients.update(job.clientId, { name: job.name }, "child");
      if (updated === undefined) throw new TypeError("no such client");
      return answer({ done: "rename" });
    }
    case "add_scopes": {
      const { clientId, scopes } = job;
      const add = (scope: string) =>
        theStore().clients.update(clientId, (present) => ({ scopes: [...present.scopes, scope] }), "child");
      for (const scope of scopes) await add(scope);
      return answer({ done: "add_scopes" });
    }
    case "close":
      await theStore().close();
      answer({ done: "close" });
      process.disconnect();
  }
}

process.on("message", (job: Job) => {
  last = last
    .then(() => work(job))
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
