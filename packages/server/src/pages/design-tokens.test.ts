import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, LEAST_TEXT_CONTRAST, standsOut } from "../config/colors.ts";
import { colorsOf } from "./design-tokens.ts";
import type { ColorToken } from "./design-tokens.ts";
import { styleSheet } from "./style.ts";

/** Which text stands on which background. */
const TEXTS: readonly (readonly [text: ColorToken, backgrounds: readonly ColorToken[]])[] = [
  ["text", ["page", "card", "fill", "tint"]],
  ["soft", ["page", "card", "fill", "tint"]],
  ["accent", ["page", "card", "fill", "tint"]],
  ["ink", ["brand", "hover"]],
  ["good", ["card", "good-fill"]],
  ["warn", ["card", "warn-fill"]],
  ["bad", ["page", "card", "bad-fill"]],
  ["code-text", ["code"]],
  ["code-soft", ["code"]],
  ["code-string", ["code"]],
  ["code-number", ["code"]],
  ["code-word", ["code"]],
];

/** Of the whole cube of colours, those that the configuration allows. */
const ALLOWED = Array.from({ length: 9 ** 3 }, (_, at) =>
  [at % 9, Math.floor(at / 9) % 9, Math.floor(at / 81)]
    .map((step) =>
      Math.min(step * 32, 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join(""),
)
  .map((hex) => `#${hex}`)
  .filter(standsOut);

test("text has a contrast of 4.5 to 1 and a field's border 3 to 1, in every colour that a provider may have", () => {
  assert.ok(ALLOWED.length > 200);
  for (const color of ALLOWED) {
    for (const scheme of ["light", "dark"] as const) {
      const colors = colorsOf(color, scheme);
      const least = (text: ColorToken, background: ColorToken, ratio: number) =>
        assert.ok(
          contrast(colors[text], colors[background]) >= ratio,
          `${text} on ${background}: ${color}, ${scheme}`,
        );
      for (const [text, backgrounds] of TEXTS) {
        for (const background of backgrounds) least(text, background, LEAST_TEXT_CONTRAST);
      }
      least("line", "card", 3);
      least("line", "page", 3);
      least("brand", "card", 3);
    }
  }
});

test("a style sheet defines each token that it uses, once for light, and has no colour besides", () => {
  for (const layout of ["form", "column", "portal", "demo"] as const) {
    const sheet = styleSheet("#2f63d6", layout);
    const [light = "", rules = ""] = sheet.split("@media(prefers-color-scheme:dark)");
    const used = new Set([...sheet.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name));
    const inBody = [...rules.matchAll(/body\{--([\w-]+):/g)].map(([, name]) => name);
    const defined = [...light.matchAll(/--([\w-]+):/g)].map(([, name]) => name);
    const known = [...defined, ...inBody];
    assert.deepEqual(new Set(known), used, layout);
    assert.equal(known.length, used.size, layout);
    assert.doesNotMatch(rules.slice(rules.indexOf("}}")), /#[0-9a-f]{3,8}\b/, layout);
  }
});
