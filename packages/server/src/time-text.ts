// Instants and durations as text, for people and for programs.

/** ISO 8601 in UTC, for programs. */
export function isoInstant(instant: number): string;
export function isoInstant(instant: number | null): string | null;
export function isoInstant(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Parses an instant, ms since 1970: written as a date (its first instant in UTC), or with its offset (RFC 3339 §5.6).
 * Without an offset it would depend on the machine. Undefined: it is neither, or there is no such day.
 */
export function parseInstant(text: string): number | undefined {
  const date = INSTANT.exec(text)?.[1];
  if (date === undefined) return undefined;
  // `Date.parse` takes February 30 as March 2.
  const day = Date.parse(date);
  const exists = !Number.isNaN(day) && isoInstant(day).startsWith(date);
  const at = exists ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** ISO 8601 in the local time zone with its offset, for people: `2026-07-01T09:30:12+02:00`. `instant` in ms. */
export function localInstant(instant: number): string {
  const date = new Date(instant);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(instant + offset * 60_000).toISOString().slice(0, 19);
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
  return `${shifted}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}

const UNITS = [
  [86_400_000, "day", "d"],
  [3_600_000, "hour", "h"],
  [60_000, "minute", "min"],
  [1000, "second", "s"],
] as const;

/** A number of units of time. */
interface DurationPart {
  count: number;
  unit: "day" | "hour" | "minute" | "second" | "millisecond";
  /** Of the unit. */
  symbol: string;
}

/** A duration in ms as its greatest unit, and the next one where it matters: 3 h, 1 h and 20 min, 12 s, 340 ms. */
export function durationParts(ms: number): DurationPart[] {
  for (const [i, [size, unit, symbol]] of UNITS.entries()) {
    if (ms < size) continue;
    const count = Math.floor(ms / size);
    const [nextSize, nextUnit, nextSymbol] = UNITS[i + 1] ?? [];
    const rest = nextSize === undefined ? 0 : Math.floor((ms % size) / nextSize);
    const first = { count, unit, symbol };
    // From ten units on the next one is noise: 40 d, not 40 d 3 h.
    if (rest === 0 || count >= 10 || nextUnit === undefined) return [first];
    return [first, { count: rest, unit: nextUnit, symbol: nextSymbol }];
  }
  return [{ count: Math.max(0, Math.round(ms)), unit: "millisecond", symbol: "ms" }];
}

/** A duration in ms with the units' symbols: `3 h`, `1 h 20 min`. */
export function durationText(ms: number): string {
  return durationParts(ms)
    .map(({ count, symbol }) => `${count} ${symbol}`)
    .join(" ");
}

/** An instant by its distance from `now`, both in ms: `3 h ago`, or `in 9 d`. */
export function ageText(instant: number, now: number): string {
  const distance = durationText(Math.abs(now - instant));
  return instant > now ? `in ${distance}` : `${distance} ago`;
}

/** An instant with its distance from `now`, both in ms: `2026-07-01T09:30:12+02:00 (3 h ago)`, or `(in 9 d)`. */
export function instantWithAge(instant: number, now: number): string {
  return `${localInstant(instant)} (${ageText(instant, now)})`;
}

/** An instant in ms for people whose time zone is not known: `2026-07-01 07:30:12 UTC`. */
export function utcInstant(instant: number): string {
  return `${isoInstant(instant).slice(0, 19).replace("T", " ")} UTC`;
}
