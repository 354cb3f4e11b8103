// A page that signs its user in and calls an API of another origin (client-sign-in.html). Bundle it:
// esbuild examples/client-sign-in.ts --bundle --format=esm --outfile=client-sign-in.js
import { isTokenError } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { openSession } from "./sign-in-with-pkce.ts";

const page = `${location.origin}${location.pathname}`;
const { client, ...session } = await openSession(setting("issuer"), setting("client-id"), page);
const api = setting("api");
const apiFetch = authorizedFetch(client, { origins: [api] });

on("sign-in", async () => {
  await session.signIn();
  return "…";
});
on("load", async () => (await apiFetch(`${api}/orders`)).text());
on("sign-out", async () => {
  await session.signOut();
  return "Signed out";
});

await show(async () => {
  await session.finishSignIn();
  const { state } = await client.status();
  return state === "empty" || state === "ended" ? "Sign in first" : "Signed in";
});

/** Runs an action on click and shows its result. */
function on(button: string, action: () => Promise<string>): void {
  document.querySelector(`#${button}`)?.addEventListener("click", () => void show(action));
}

async function show(action: () => Promise<string>): Promise<void> {
  const text = await action().catch((error: unknown) =>
    isTokenError(error, "session_ended") ? "Sign in first" : `Not signed in: ${String(error)}`,
  );
  document.querySelector("#result")?.replaceChildren(text);
}

function setting(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "";
}
