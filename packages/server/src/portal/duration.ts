import type { Language } from "../pages/language.ts";

/** Units of time, s, the greatest first. */
const UNITS = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** Below it, a time is given in seconds, as the responses give it. */
const LEAST_MINUTES = 5;

/** By language and unit. They take longer to make than all else of some pages. */
const formats = new Map<string, Intl.NumberFormat>();

/** A duration in the greatest unit that it is a whole number of: `10 days`, `1 hour`, `120 seconds`. */
export function durationIn({ tag }: Language, seconds: number): string {
  const [size, unit] = UNITS.find(
    ([size, unit]) => seconds % size === 0 && (unit !== "minute" || seconds >= LEAST_MINUTES * size),
  ) ?? [1, "second"];
  return formatOf(tag, unit).format(seconds / size);
}

function formatOf(tag: string, unit: string): Intl.NumberFormat {
  const key = `${tag} ${unit}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "long" });
  formats.set(key, format);
  return format;
}
