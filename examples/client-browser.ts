// A page that calls an API with a valid token, in all its tabs (client-browser.html). Bundle it:
// esbuild examples/client-browser.ts --bundle --format=esm --outfile=client-browser.js
import { createTokenClient, isTokenError } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { indexedDbStore, webLock } from "@regrant/client/web";

// Everything is on the page's origin here; the service and the API may be on others.
const issuer = `${location.origin}/auth`;
const api = location.origin;

const client = createTokenClient({
  tokenEndpoint: `${issuer}/oauth/token`,
  clientId: document.querySelector<HTMLMetaElement>("meta[name=client-id]")?.content ?? "",
  key: "session",
  store: indexedDbStore(),
  lock: webLock(),
});
const apiFetch = authorizedFetch(client, { origins: [api] });

on("sign-in", async () => {
  // The page's server has signed the user in and passes on the first tokens (`regrant.issue`).
  const answer = await fetch("/session", { method: "POST" });
  await client.set((await answer.json()) as TokenResponse);
  return "Signed in";
});

on("load", async () => (await apiFetch(`${api}/orders`)).text());

on("sign-out", async () => {
  await client.clear();
  return "Signed out";
});

/** Runs an action on click and shows its result. */
function on(button: string, action: () => Promise<string>): void {
  const show = async () => {
    const text = await action().catch((error: unknown) =>
      isTokenError(error, "session_ended") ? "Sign in first" : "Not just now: try again",
    );
    document.querySelector("#orders")?.replaceChildren(text);
  };
  document.querySelector(`#${button}`)?.addEventListener("click", () => void show());
}
