// A process that uses one session, which it shares with others over a folder. It is told what to do by messages,
// answers each, and ends when its parent does.
import { createTokenClient, isTokenError, SessionEndedError } from "@regrant/client";
import type { TokenClient, TokenStore } from "@regrant/client";
import { directoryLock, fileStore } from "@regrant/client/node";

export interface Settings {
  readonly directory: string;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
  /** Of a token request, ms. */
  readonly timeoutMs: number;
  /** Where the process stands still for ever, to be killed there. */
  readonly stopAt?: Step;
}

/** The steps of a refresh, as far as they can be told apart from outside. */
export type Step =
  | "before the intent"
  | "after the intent"
  | "after the commit"
  | "before the successor is stored"
  | "after the successor is stored";

export type Task =
  | { readonly do: "refresh" }
  /** Asks the API this many times at once. */
  | { readonly do: "ask"; readonly times: number }
  /** Refreshes again and again. */
  | { readonly do: "use" };

export type Report =
  | { readonly is: "ready" | "stopped" }
  | { readonly is: "refreshed"; readonly accessToken: string }
  | { readonly is: "asked"; readonly statuses: number[] }
  | { readonly is: "failed"; readonly code: string; readonly reason?: string };

const settings = JSON.parse(process.argv[2] ?? "") as Settings;
const report = (message: Report) => void process.send?.(message);
const client = createClient(settings);

process.once("disconnect", () => process.exit());
process.on("message", (task: Task) => void carryOut(task));
report({ is: "ready" });

async function carryOut(task: Task): Promise<void> {
  if (task.do === "refresh") report(await refreshed());
  else if (task.do === "ask") report(await asked(task.times));
  else for (;;) await use();
}

async function refreshed(): Promise<Report> {
  try {
    const { accessToken } = await client.getToken({ mode: "force" });
    return { is: "refreshed", accessToken };
  } catch (error) {
    if (error instanceof SessionEndedError) return { is: "failed", code: error.code, reason: error.reason };
    return { is: "failed", code: isTokenError(error) ? error.code : String(error) };
  }
}

async function asked(times: number): Promise<Report> {
  const asking = Array.from({ length: times }, async () => (await client.fetch(settings.resource)).status);
  return { is: "asked", statuses: await Promise.all(asking) };
}

/** With a pause as between two calls of an API, so that others come to it too. */
async function use(): Promise<void> {
  const outcome = await refreshed();
  report(outcome);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * (outcome.is === "failed" ? 500 : 50)));
}

function createClient({
  directory,
  issuer,
  tokenEndpoint,
  resource,
  timeoutMs,
  stopAt,
}: Settings): TokenClient {
  const store = fileStore({ directory });
  return createTokenClient({
    tokenEndpoint,
    issuer,
    clientId: "test",
    key: "session",
    store: stopAt === undefined ? store : stopping(store, stopAt),
    lock: directoryLock({ directory }),
    origins: [new URL(resource).origin],
    refresh: { timeoutMs },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      // Its head has come, so the server has spent the token; the body was not read.
      if (stopAt === "after the commit" && init?.method === "POST") await standStill();
      return response;
    },
  });
}

/** The store, with places to stand still at around its writes of a claim and of a successor. */
function stopping(store: TokenStore, stopAt: Step): TokenStore {
  return {
    ...store,
    get: (key) => store.get(key),
    async compareAndSet(key, expected, next) {
      const isClaim = next.intent !== undefined;
      if (stopAt === (isClaim ? "before the intent" : "before the successor is stored")) await standStill();
      const version = await store.compareAndSet(key, expected, next);
      if (stopAt === (isClaim ? "after the intent" : "after the successor is stored")) await standStill();
      return version;
    },
  };
}

async function standStill(): Promise<never> {
  report({ is: "stopped" });
  return new Promise(() => {});
}
