import { html } from "hono/html";

/** HTML whose values are escaped. */
export type Html = ReturnType<typeof html>;

/** The direction of a text. */
export type Direction = "ltr" | "rtl";

/** Characters that start or end an embedding, override or isolate (UAX #9 §2): with them a name could end its own. */
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFEFC]|[\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const LETTER = /\p{L}/u;

/**
 * A name or other foreign text in HTML. Without `bdi` a name of the other direction would change the order of the words
 * around it.
 */
export function bdi(text: string): Html {
  return html`<bdi>${text.replaceAll(CONTROLS, "")}</bdi>`;
}

/** The same in plain text of a direction: where the text has letters of the other one, it is isolated (UAX #9 §2.4). */
export function isolated(text: string, direction: Direction): string {
  const plain = text.replaceAll(CONTROLS, "");
  const isOther = direction === "ltr" ? RIGHT_TO_LEFT.test(plain) : LETTER.test(plain);
  return isOther ? `\u2068${plain}\u2069` : plain;
}
