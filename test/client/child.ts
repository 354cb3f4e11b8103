// A process that shares one session with others through a folder. It takes tasks by messages, reports their results, and
// exits with its parent.
import { createTokenClient, isTokenError, SessionEndedError } from "@regrant/client";
import type { TokenClient, TokenStore } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { retryWindowOf } from "@regrant/client/metadata";
import { directoryLock, fileStore } from "@regrant/client/node";

export interface Settings {
  readonly directory: string;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
  /** Of a token request, ms. */
  readonly timeoutMs: number;
  /** The step at which the process stops, to be killed there. */
  readonly stopAt?: Step;
}

/** The steps of a refresh that can be told apart from outside. */
export type Step =
  | "before the claim"
  | "after the claim"
  | "after the rotation"
  | "before the successor is stored"
  | "after the successor is stored";

export type Task =
  | { readonly do: "refresh" }
  /** Sends this many concurrent requests to the API. */
  | { readonly do: "request"; readonly times: number }
  /** Refreshes in a loop. */
  | { readonly do: "loop" };

export type Report =
  | { readonly is: "ready" | "stopped" }
  | { readonly is: "refreshed"; readonly accessToken: string }
  | { readonly is: "responded"; readonly statuses: number[] }
  | { readonly is: "failed"; readonly code: string; readonly reason?: string };

const settings = JSON.parse(process.argv[2] ?? "") as Settings;
const report = (message: Report) => void process.send?.(message);
const client = createClient(settings);

process.once("disconnect", () => process.exit());
process.on("message", (task: Task) => void run(task));
report({ is: "ready" });

async function run(task: Task): Promise<void> {
  if (task.do === "refresh") report(await refresh());
  else if (task.do === "request") report(await requestApi(task.times));
  else for (;;) await refreshAndPause();
}

async function refresh(): Promise<Report> {
  try {
    const { accessToken } = await client.getToken({ mode: "force" });
    return { is: "refreshed", accessToken };
  } catch (error) {
    if (error instanceof SessionEndedError) return { is: "failed", code: error.code, reason: error.reason };
    return { is: "failed", code: isTokenError(error) ? error.code : String(error) };
  }
}

async function requestApi(times: number): Promise<Report> {
  const { resource } = settings;
  const apiFetch = authorizedFetch(client, { origins: [new URL(resource).origin] });
  const requests = Array.from({ length: times }, async () => (await apiFetch(resource)).status);
  return { is: "responded", statuses: await Promise.all(requests) };
}

/** The pause, as between two calls of an API, lets the other processes refresh too. */
async function refreshAndPause(): Promise<void> {
  const outcome = await refresh();
  report(outcome);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * (outcome.is === "failed" ? 500 : 50)));
}

function createClient({ directory, issuer, tokenEndpoint, timeoutMs, stopAt }: Settings): TokenClient {
  const store = fileStore({ directory });
  return createTokenClient({
    tokenEndpoint,
    clientId: "test",
    key: "session",
    store: stopAt === undefined ? store : stopping(store, stopAt),
    lock: directoryLock({ directory }),
    refresh: { timeoutMs, retryWindowMs: retryWindowOf(issuer) },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      // The headers have arrived, so the server has rotated; the body was not read.
      if (stopAt === "after the rotation" && init?.method === "POST") await stop();
      return response;
    },
  });
}

/** The store, with stops around its writes of a claim and of a successor. */
function stopping(store: TokenStore, stopAt: Step): TokenStore {
  return {
    ...store,
    get: (key) => store.get(key),
    async compareAndSet(key, expected, next) {
      const isClaim = next.intent !== undefined;
      if (stopAt === (isClaim ? "before the claim" : "before the successor is stored")) await stop();
      const version = await store.compareAndSet(key, expected, next);
      if (stopAt === (isClaim ? "after the claim" : "after the successor is stored")) await stop();
      return version;
    },
  };
}

async function stop(): Promise<never> {
  report({ is: "stopped" });
  return new Promise(() => {});
}
