// A tab whose session is bound to a key, which it shares with the other tabs of its origin.
import { createTokenClient, isTokenError } from "@regrant/client";
import type { SessionEndedError, TokenResponse } from "@regrant/client";
import { dpop } from "@regrant/client/dpop";
import { authorizedFetch } from "@regrant/client/fetch";
import { indexedDbKeys, indexedDbStore, webLock } from "@regrant/client/web";

/** What the test calls in the page. */
export interface DpopTab {
  thumbprint(): Promise<string>;
  /** The name of the error. */
  exportPrivateKey(): Promise<string>;
  /** Exchanges a code, with a proof. */
  login(code: Record<string, string>): Promise<void>;
  /** The token's type, or the error. */
  refresh(): Promise<string>;
  userinfo(): Promise<number>;
  /** As the browser does when it needs the space. */
  forgetKeys(): Promise<void>;
}

declare global {
  var openDpopTab: (endpoint: { tokenEndpoint: string; clientId: string; api: string }) => void;
  var dpopTab: DpopTab;
}

globalThis.openDpopTab = ({ tokenEndpoint, clientId, api }) => {
  const bound = dpop({ keys: indexedDbKeys() });
  const client = createTokenClient({
    tokenEndpoint,
    clientId,
    key: "session",
    store: indexedDbStore(),
    lock: webLock(),
    dpop: bound,
  });
  const apiFetch = authorizedFetch(client, { origins: [new URL(api).origin] });
  globalThis.dpopTab = {
    thumbprint: () => bound.thumbprint(),
    async exportPrivateKey() {
      const { privateKey } = await bound.keyPair();
      return crypto.subtle.exportKey("jwk", privateKey).then(
        () => "exported",
        (error: unknown) => (error as Error).name,
      );
    },
    async login(code) {
      const body = new URLSearchParams(code);
      const response = await bound.tokenFetch()(tokenEndpoint, { method: "POST", body });
      await client.set((await response.json()) as TokenResponse);
    },
    refresh: () =>
      client.getToken({ mode: "force" }).then(
        ({ tokenType }) => tokenType,
        (error: unknown) =>
          isTokenError(error) ? `${error.code}: ${(error as SessionEndedError).reason}` : String(error),
      ),
    userinfo: async () => (await apiFetch(api)).status,
    forgetKeys: () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase("regrant-keys").addEventListener("success", () => resolve());
      }),
  };
};
