// A page whose calls carry a token that works, in all its tabs (client-browser.html). Bundle it:
// esbuild examples/client-browser.ts --bundle --format=esm --outfile=client-browser.js
import { createTokenClient, isTokenError } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { indexedDbStore, webLock } from "@regrant/client/web";

// Here all is at the page's own origin; the service and the API may as well be at others.
const issuer = `${location.origin}/auth`;
const api = location.origin;

const client = createTokenClient({
  tokenEndpoint: `${issuer}/oauth/token`,
  issuer,
  clientId: document.querySelector<HTMLMetaElement>("meta[name=client-id]")?.content ?? "",
  key: "session",
  store: indexedDbStore(),
  lock: webLock(),
  origins: [api],
});

on("sign-in", async () => {
  // The page's own server has signed the customer in, and passes on the first tokens (`regrant.issue`).
  const answer = await fetch("/session", { method: "POST" });
  await client.set((await answer.json()) as TokenResponse);
  return "Signed in";
});

on("load", async () => (await client.fetch(`${api}/orders`)).text());

on("sign-out", async () => {
  await client.clear();
  return "Signed out";
});

/** Does it at a click, and shows the outcome. */
function on(button: string, action: () => Promise<string>): void {
  const show = async () => {
    const text = await action().catch((error: unknown) =>
      isTokenError(error, "session_ended") ? "Sign in first" : "Not just now: try again",
    );
    document.querySelector("#orders")?.replaceChildren(text);
  };
  document.querySelector(`#${button}`)?.addEventListener("click", () => void show());
}
