// A tab that uses one session, which it shares with the other tabs of its origin.
import { createTokenClient } from "@regrant/client";
import type { TokenClient } from "@regrant/client";
import { retryWindowOf } from "@regrant/client/metadata";
import { indexedDbStore, webLock } from "@regrant/client/web";

/** What the test calls in the page. */
export interface Tab {
  readonly client: TokenClient;
  /** Refreshes again and again; with a pause as between two calls of an API. */
  use(): void;
  refreshed: number;
  /** By their codes. */
  failed: Record<string, number>;
}

declare global {
  var openTab: (endpoint: { issuer: string; tokenEndpoint: string; timeoutMs: number }) => void;
  var tab: Tab;
}

globalThis.openTab = ({ issuer, tokenEndpoint, timeoutMs }) => {
  const client = createTokenClient({
    tokenEndpoint,
    clientId: "test",
    key: "session",
    store: indexedDbStore(),
    lock: webLock(),
    refresh: { timeoutMs, retryWindowMs: retryWindowOf(issuer) },
  });
  globalThis.tab = { client, use: () => void useForEver(), refreshed: 0, failed: {} };
};

async function useForEver(): Promise<never> {
  for (;;) {
    let pause = 100;
    try {
      await tab.client.getToken({ mode: "force" });
      tab.refreshed += 1;
    } catch (error) {
      const { code } = error as { code: string };
      tab.failed[code] = (tab.failed[code] ?? 0) + 1;
      pause = 500;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pause));
  }
}
