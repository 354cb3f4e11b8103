import { html } from "hono/html";
import type { Html } from "../isolate.ts";

/** Where the demo's username and password are; null: it has made no account, because the database had others. */
export type PlaceOfCredentials = {
  /** Path of a file; null: only the terminal shows them. */
  file: string | null;
} | null;

/** Says where they are. They are not in the page: others may be able to load it. */
export function placeOfCredentials(place: PlaceOfCredentials): Html {
  if (place === null) {
    return html`Sign in with an account of yours. <code>npx regrant account create --username ada</code> makes
      another.`;
  }
  const file = place.file === null ? "" : html`, and in <code>${place.file}</code>`;
  return html`The username and the password are in the terminal that runs Regrant${file}.`;
}
