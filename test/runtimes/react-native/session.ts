// A session in an app. Bundled from the packed packages, for a context that has only what React Native has.
import "./globals.ts";
import "whatwg-fetch";
import { clientSecretBasic, createTokenClient, fromGetSet, isTokenError, memoryStore } from "@regrant/client";
import type { CredentialRecord } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { password } from "@regrant/client/grants";
import { refreshLock } from "@regrant/client/lock";

/** As the packages for storage in apps have it: values are texts. */
const kept = new Map<string, string>();
const storage = {
  getItem: (key: string): Promise<string | null> => Promise.resolve(kept.get(key) ?? null),
  setItem: (key: string, value: string): Promise<void> => Promise.resolve(void kept.set(key, value)),
};

/** The calls that the test makes, one after the other. */
export interface Session {
  login(): Promise<void>;
  /** The access token, or the error's code and reason. */
  token(options?: { mode?: "force"; isCancelled?: boolean }): Promise<string>;
  /** The status of the API's response. */
  request(url: string, init?: { method: string; body: string }): Promise<number>;
}

declare global {
  var openSession: (tokenEndpoint: string, store: "app" | "memory") => Session;
}

const appStore = () =>
  fromGetSet(
    async (key) => JSON.parse((await storage.getItem(key)) ?? "null") as CredentialRecord,
    (key, record) => storage.setItem(key, JSON.stringify(record)),
  );

globalThis.openSession = (tokenEndpoint, store) => {
  const who = { tokenEndpoint, clientId: "app", clientAuth: clientSecretBasic("s ecret:ü") };
  const client = createTokenClient({
    ...who,
    key: "session",
    store: store === "app" ? appStore() : memoryStore(),
    lock: refreshLock((_name, work) => work({ signal: new AbortController().signal })),
    refresh: { timeoutMs: 1000 },
  });
  const fetch = authorizedFetch(client, { origins: [new URL(tokenEndpoint).origin] });
  return {
    login: async () => client.set(await password({ ...who, username: "ada", password: "pass word&=" })),
    token: async ({ mode, isCancelled } = {}) => {
      const controller = new AbortController();
      const got = client.getToken({ mode, signal: controller.signal });
      if (isCancelled === true) controller.abort();
      return got.then(
        ({ accessToken }) => accessToken,
        (error: unknown) => (isTokenError(error) ? error.code : (error as Error).name),
      );
    },
    request: async (url, init) => (await fetch(url, init)).status,
  };
};
