/** The pages' backgrounds, light and dark. */
export const BACKGROUNDS = { light: "#ffffff", dark: "#16181d" } as const;

/** WCAG 2.2 §1.4.11: what a button needs against its surroundings. */
const LEAST_CONTRAST = 3;

/** The contrast ratio of two colours (`#rrggbb`), 1 to 21 (WCAG 2.2, "contrast ratio"). */
function contrast(one: string, other: string): number {
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

/** WCAG 2.2, "relative luminance" */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
