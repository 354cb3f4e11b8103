import { durationParts, durationText, utcInstant } from "../time-text.ts";

/** An instant, ms, in UTC and in a language: `1. Januar 2026 um 03:00:00 UTC`. In English as in a log: `2026-01-01 03:00:00 UTC`. */
export function instantIn(tag: string, at: number): string {
  if (isEnglish(tag)) return utcInstant(at);
  const format = { dateStyle: "long", timeStyle: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(tag, format).format(at);
}

/** A duration, ms, in one unit or two: `1 Stunde, 20 Minuten`. In English with the units' symbols: `1 h 20 min`. */
export function elapsedIn(tag: string, ms: number): string {
  if (isEnglish(tag)) return durationText(ms);
  const parts = durationParts(ms).map(({ count, unit }) =>
    new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "long" }).format(count),
  );
  return new Intl.ListFormat(tag, { type: "unit" }).format(parts);
}

function isEnglish(tag: string): boolean {
  return new Intl.Locale(tag).language === "en";
}
