// A function whose platform freezes its process between two invocations. Runs with the packed client.
import { createTokenClient, isTokenError, memoryStore } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";

/** The arguments of the process, as JSON. */
export interface FunctionSettings {
  readonly tokenEndpoint: string;
  /** The first tokens. */
  readonly login: TokenResponse;
  /** ms */
  readonly timeoutMs: number;
  /** Whether refreshes in the background are handed to the platform. */
  readonly waitUntil: boolean;
}

/** What it tells its platform. `done`: it may be frozen. */
export type FunctionMessage = { reply: string } | { done: true };

const { tokenEndpoint, login, timeoutMs, waitUntil } = JSON.parse(process.argv[2] ?? "") as FunctionSettings;
const work: Promise<unknown>[] = [];
const client = createTokenClient({
  tokenEndpoint,
  clientId: "function",
  key: "session",
  store: memoryStore(),
  refresh: { timeoutMs, softMs: 3_600_000, jitter: 0 },
  ...(waitUntil && { waitUntil: (promise: Promise<unknown>) => void work.push(promise) }),
});
await client.set(login);

const tell = (message: FunctionMessage) => process.send?.(message);
process.on("message", () => void handle());
tell({ done: true });

async function handle(): Promise<void> {
  const reply = await client.getToken().then(
    ({ accessToken }) => accessToken,
    (error: unknown) => (isTokenError(error) ? error.code : String(error)),
  );
  tell({ reply });
  await Promise.all(work.splice(0));
  tell({ done: true });
}
