// Compiled, not run: a strict project that has no types but the platform's.
import { createTokenClient, fromGetSet, isTokenError } from "@regrant/client";
import type { CredentialRecord, Token, TokenClient, TokenEvent } from "@regrant/client";
import { keepFresh } from "@regrant/client/background";
import { warnBeforeEnd } from "@regrant/client/expiry";
import { authorizedFetch } from "@regrant/client/fetch";
import { clientCredentials } from "@regrant/client/grants";
import { indexedDbStore, webLock } from "@regrant/client/web";

const kept = new Map<string, CredentialRecord>();
export const client: TokenClient = createTokenClient({
  tokenEndpoint: new URL("https://as.example/token"),
  clientId: "client",
  key: "session",
  store: indexedDbStore({}),
  lock: webLock(),
  onEvent: (event: TokenEvent) => {
    if (event.type === "refreshed" && event.by === "self") console.log(event.trigger);
  },
});
export const stop: () => void = keepFresh(warnBeforeEnd(client, ({ at }) => console.log(at)));
export const plain = fromGetSet(
  (key) => kept.get(key),
  (key, record) => void kept.set(key, record),
);

export async function use(): Promise<Token | undefined> {
  await client.set(
    await clientCredentials({ tokenEndpoint: "https://as.example/token", clientId: "client" }),
  );
  const apiFetch = authorizedFetch(client, { origins: ["https://api.example"] });
  const { status } = await apiFetch("https://api.example/things", { method: "PUT", body: () => "made" });
  try {
    return await client.getToken({ minValidityMs: status });
  } catch (error) {
    if (isTokenError(error, "session_ended")) return undefined;
    throw error;
  }
}
