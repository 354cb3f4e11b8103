import { BACKGROUNDS, inkOn, mix, readableOn } from "../config/colors.ts";

// The design tokens: every colour, size and space of the pages. The style sheets use them by name, `var(--soft)`, and have
// no colours of their own.

/** Type scale, spacing, radius, fonts. rem, so that they grow with the reader's font size. */
const MEASURES = {
  "text-s": ".875rem",
  "text-l": "1.125rem",
  "text-xl": "1.375rem",
  "text-2xl": "1.75rem",
  "text-3xl": "2.25rem",
  "space-1": ".25rem",
  "space-2": ".5rem",
  "space-3": ".75rem",
  "space-4": "1rem",
  "space-6": "1.5rem",
  "space-8": "2rem",
  "space-12": "3rem",
  radius: ".5rem",
  "radius-l": ".875rem",
  sans: 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif',
  mono: "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace",
} as const;

/**
 * Colours by role, apart from the provider's. `text`, `soft` and the tones `good`, `warn` and `bad` are text; a tone has
 * a fill of its own. `line` borders what can be typed into (3 to 1, WCAG 2.2 §1.4.11), `edge` is a hairline.
 */
const COLORS = {
  light: {
    page: "#f6f7f9",
    card: BACKGROUNDS.light,
    fill: "#f3f4f7",
    text: "#191c23",
    soft: "#555b67",
    line: "#767b85",
    edge: "#e1e4ea",
    good: "#0d673a",
    "good-fill": "#e8f6ee",
    warn: "#7a4b00",
    "warn-fill": "#fff5dc",
    bad: "#b3141e",
    "bad-fill": "#fdeeee",
    code: "#151922",
    "code-text": "#e8ebf2",
    "code-soft": "#a7afbe",
    "code-edge": "#303745",
    "code-string": "#8fe0b0",
    "code-number": "#f4c47a",
    "code-word": "#b9b3ff",
    "shadow-s": "0 1px 2px #1018280d",
    shadow: "0 1px 2px #10182812,0 12px 32px -12px #1018282e",
    shade: "#1018285c",
  },
  dark: {
    page: "#0d0f13",
    card: BACKGROUNDS.dark,
    fill: "#1f2229",
    text: "#eceef2",
    soft: "#abb1bd",
    line: "#858b97",
    edge: "#2d323c",
    good: "#74d8a0",
    "good-fill": "#10281c",
    warn: "#f2c270",
    "warn-fill": "#2b2210",
    bad: "#ff9d9d",
    "bad-fill": "#321a1d",
    code: "#090b0f",
    "code-text": "#e8ebf2",
    "code-soft": "#a7afbe",
    "code-edge": "#2d323c",
    "code-string": "#8fe0b0",
    "code-number": "#f4c47a",
    "code-word": "#b9b3ff",
    "shadow-s": "none",
    shadow: "0 1px 2px #0008",
    shade: "#000a",
  },
} as const;

/** How much of the provider's colour the page and a tint have, 0 to 1. */
const SHARES = { light: { page: 0.03, tint: 0.08 }, dark: { page: 0.04, tint: 0.2 } } as const;

type Scheme = keyof typeof COLORS;

/** The name of a colour. */
export type ColorToken = keyof (typeof COLORS)["light"] | "brand" | "ink" | "hover" | "tint" | "accent";

/**
 * All colours of a scheme for a provider's colour. `brand` fills buttons, `ink` is text on it, `hover` fills them under the
 * pointer; `tint` is a background with a little of it; `accent` is text of it, for links and the focus ring.
 *
 * @param color `#rrggbb`, one that the configuration allows
 */
export function colorsOf(color: string, scheme: Scheme): Record<ColorToken, string> {
  const colors = COLORS[scheme];
  const page = mix(color, colors.page, SHARES[scheme].page);
  const tint = mix(color, colors.card, SHARES[scheme].tint);
  const ink = inkOn(color);
  return {
    ...colors,
    page,
    brand: color,
    ink,
    hover: mix(inkOn(ink), color, 0.12),
    tint,
    accent: readableOn(color, [page, colors.card, colors.fill, tint]),
  };
}

/** The tokens that a style sheet uses as custom properties: light, and dark where the reader prefers it. */
export function tokens(color: string, styleSheet: string): string {
  const light = Object.entries({ ...MEASURES, ...colorsOf(color, "light") });
  const dark = Object.entries(colorsOf(color, "dark")).filter(
    ([name, value]) => !light.some(([same, other]) => same === name && other === value),
  );
  const properties = (entries: readonly (readonly [name: string, value: string])[]) =>
    entries
      .filter(([name]) => styleSheet.includes(`var(--${name})`))
      .map(([name, value]) => `--${name}:${value}`)
      .join(";");
  return `:root{color-scheme:light dark;${properties(light)}}
@media(prefers-color-scheme:dark){:root{${properties(dark)}}}`;
}
