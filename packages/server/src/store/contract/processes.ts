import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { endWithProcess } from "../../../../../test/program.ts";
import { ACTOR, found, within } from "./bench.ts";
import { newClient, SECOND } from "./fixtures.ts";
import type { Store } from "../store.ts";
import type { TestResponse, Job } from "./process-child.ts";

/** No answer of a child may take longer, ms of real time. */
export const PATIENCE = 30 * SECOND;

const children = new Set<ChildProcess>();

/** For the end of a test file. */
export function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

function start(): ChildProcess {
  const child = fork(join(import.meta.dirname, "process-child.ts"), { serialization: "advanced" });
  endWithProcess(child);
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Sends a job and waits for its answer; rejects if the child exits instead. */
export async function ask(child: ChildProcess, job: Job): Promise<TestResponse> {
  const abort = new AbortController();
  const { signal } = abort;
  const exit = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`the child exited with ${code} at ${job.do}`);
  });
  exit.catch(() => {});
  try {
    const answer = once(child, "message", { signal });
    child.send(job);
    const [message] = (await within(PATIENCE, Promise.race([answer, exit]))) as [TestResponse];
    return message;
  } finally {
    abort.abort();
  }
}

/** `count` processes that have the store open. */
export async function opened(place: string, count: number): Promise<ChildProcess[]> {
  const children = Array.from({ length: count }, start);
  await Promise.all(children.map((child) => ask(child, { do: "open", place })));
  return children;
}

export async function closed(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      const exit = once(child, "exit");
      await ask(child, { do: "close" });
      await within(PATIENCE, exit);
    }),
  );
}

/** Four processes and this one update one client at once: each keeps what the others have set. */
export async function updatesAreMerged(store: Store, place: string): Promise<void> {
  const client = newClient({ scopes: [] });
  await store.clients.create(client, ACTOR);
  const children = await opened(place, 4);
  const scopesOf = (process: number) => Array.from({ length: 20 }, (_, i) => `scope-${process}-${i}`);
  const jobs = children.map((child, i) =>
    ask(child, { do: "add_scopes", clientId: client.id, scopes: scopesOf(i) }),
  );
  for (const retryWindow of [30, 40, 50]) await store.clients.update(client.id, { retryWindow }, ACTOR);
  await Promise.all(jobs);
  const updated = found(await store.clients.find(client.id));
  assert.deepEqual(updated.scopes.toSorted(), children.flatMap((_, i) => scopesOf(i)).toSorted());
  assert.equal(updated.retryWindow, 50);
  await closed(children);
}
