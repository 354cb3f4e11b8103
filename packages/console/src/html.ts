import { html } from "hono/html";

/** HTML whose values are escaped. */
export type Html = ReturnType<typeof html>;

/** What may stand in a template: text is escaped, `false` and null are nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/** Characters that start or end an embedding, override or isolate (UAX #9 §2): a name could end its own with them. */
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** Foreign text, such as a client's name or a user agent, which must not change the order of what is around it. */
export function foreign(text: string): Html {
  return html`<bdi>${plain(text)}</bdi>`;
}

/** The same where no element may stand. */
export function plain(text: string): string {
  return text.replaceAll(CONTROLS, "");
}

/** An identifier, which can be selected as a whole; with script it has a button that copies it. */
export function identifier(text: string): Html {
  return html`<code data-copy="${text}">${plain(text)}</code>`;
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
] as const;

/** A duration in ms as its greatest unit: `3 h`. */
export function duration(ms: number): string {
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? [1000, "s"];
  return `${Math.floor(ms / size)} ${unit}`;
}

/**
 * An instant, in UTC and relative to now.
 *
 * @param iso ISO 8601; null: a dash
 * @param now ms
 */
export function instant(iso: string | null | undefined, now: number): Html {
  const at = Date.parse(iso ?? "");
  if (Number.isNaN(at)) return html`<span class="soft">–</span>`;
  const text = new Date(at).toISOString();
  const distance = duration(Math.abs(now - at));
  return html`<time datetime="${text}">${text.slice(0, 19).replace("T", " ")} UTC</time>
    <span class="soft small">${at > now ? `in ${distance}` : `${distance} ago`}</span>`;
}
