/** The backgrounds of cards, light and dark: what a button of the provider's colour stands on. */
export const BACKGROUNDS = { light: "#ffffff", dark: "#16181d" } as const;

/** WCAG 2.2 §1.4.11: what a button needs against its surroundings. */
const LEAST_CONTRAST = 3;

/** WCAG 2.2 §1.4.3: what text needs on its background. */
export const LEAST_TEXT_CONTRAST = 4.5;

/** The contrast ratio of two colours (`#rrggbb`), 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Whether a button of this colour stands out from both backgrounds (WCAG 2.2 §1.4.11). */
export function standsOut(color: string): boolean {
  return Object.values(BACKGROUNDS).every((background) => contrast(color, background) >= LEAST_CONTRAST);
}

/**
 * The colour of text on `color`: black or white, the one with the higher contrast. It is never below 4.5 to 1, which
 * WCAG 2.2 §1.4.3 asks for.
 */
export function inkOn(color: string): string {
  return contrast(color, "#ffffff") >= contrast(color, "#000000") ? "#ffffff" : "#000000";
}

/** `color` laid over `ground`, with this opacity: 0 to 1. */
export function mix(color: string, ground: string, opacity: number): string {
  const below = channels(ground);
  const mixed = channels(color).map((value, at) => value * opacity + (below[at] ?? 0) * (1 - opacity));
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The colour of text that shows `color`: the colour itself, or as little darker or lighter as gives it 4.5 to 1 on each of
 * the backgrounds, which are all light or all dark.
 */
export function readableOn(color: string, backgrounds: readonly [string, ...string[]]): string {
  const ink = inkOn(backgrounds[0]);
  const steps = Array.from({ length: 21 }, (_, step) => mix(ink, color, step / 20));
  const isReadable = (text: string) =>
    backgrounds.every((background) => contrast(text, background) >= LEAST_TEXT_CONTRAST);
  return steps.find(isReadable) ?? ink;
}

/** WCAG 2.2, "relative luminance" */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Red, green and blue, 0 to 255. */
function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
