import type { z } from "zod";
import { wholeNumber } from "./values.ts";

/** One setting: what it may be, what it is unless told, and where it can be told. Its file key is its key in the table. */
export interface Setting {
  group:
    | "Place and address"
    | "Keys and tokens"
    | "Lifetimes"
    | "Sign-in"
    | "Registration"
    | "Defences"
    | "Laravel Passport"
    | "Logs, metrics and upkeep";
  /** Of the value as the file holds it (JSON); its messages must not quote the value. */
  schema: z.ZodType;
  /** How text from the environment or a flag becomes such a value. */
  form: "text" | "number" | "boolean" | "list" | "json";
  /** In the file's form. Without one, a setting that is not given is null. */
  default?: unknown;
  /** What stands for the default in the reference, where the value itself would not tell. */
  defaultText?: string;
  unit?: "s";
  /** Which commands take the flag, and what its help calls the value. A secret has none: other users see arguments. */
  flag?: { of: "every command" | "serve"; value: string };
  secret?: true;
  description: string;
}

type Details = Pick<Setting, "group" | "description">;

export function seconds<const Default extends number>(
  fallback: Default,
  min: number,
  max: number,
  details: Details,
) {
  return { schema: wholeNumber(min, max), form: "number", default: fallback, unit: "s", ...details } as const;
}

export function perMinute<const Group extends Setting["group"], const Default extends number>(
  group: Group,
  fallback: Default,
  description: string,
) {
  const schema = wholeNumber(1, 1_000_000);
  return { group, schema, form: "number", default: fallback, description } as const;
}

export function failuresPerMinute<const Default extends number>(fallback: Default, description: string) {
  return perMinute("Defences", fallback, description);
}

/** s */
export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const YEAR = 365 * DAY;
