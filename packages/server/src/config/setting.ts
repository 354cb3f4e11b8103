import type { z } from "zod";
import { wholeNumber } from "./values.ts";

/** One setting: its values, its default and its names. Its key in the table is its key in the configuration file. */
export interface Setting {
  group:
    | "Database and address"
    | "TLS and client certificates"
    | "Keys and tokens"
    | "Lifetimes"
    | "Sign-in"
    | "Registration"
    | "Client authentication"
    | "Shared signals"
    | "Delegation"
    | "Throttles and time-outs"
    | "Laravel Passport"
    | "Documentation"
    | "Administration"
    | "Logs, metrics and maintenance";
  /** Checks the value as the file holds it (JSON). Its messages must not quote the value, which may be a secret. */
  schema: z.ZodType;
  /** How text from the environment or a flag is converted to that value. */
  form: "text" | "number" | "boolean" | "list" | "json";
  /** In the file's form. Without one, a setting that is not set is null. */
  default?: unknown;
  /** The default in words, for the reference; needed if there is no `default`. */
  defaultText?: string;
  unit?: "s";
  /** The commands that take the flag, and the name of its value in the help. A secret has none: other users see arguments. */
  flag?: { of: "every command" | "serve"; value: string };
  /**
   * The value is never printed; `in part`: it is an address, whose password is not. Either can be read from a file that
   * the variable `REGRANT_…_FILE` names.
   */
  secret?: true | "in part";
  /** Markdown. The first sentence is the flag's help. */
  description: string;
}

type Details = Pick<Setting, "group" | "description">;

/**
 * A setting in s, a whole number from `min` to `max`.
 *
 * @param fallback its default, s
 */
export function seconds<const Default extends number>(
  fallback: Default,
  min: number,
  max: number,
  details: Details,
) {
  return { schema: wholeNumber(min, max), form: "number", default: fallback, unit: "s", ...details } as const;
}

/** A limit on events per minute, from 1 to a million; `fallback` is its default. It cannot be switched off. */
export function perMinute<const Group extends Setting["group"], const Default extends number>(
  group: Group,
  fallback: Default,
  description: string,
) {
  const schema = wholeNumber(1, 1_000_000);
  return { group, schema, form: "number", default: fallback, description } as const;
}

/** A limit on failures per minute, in the group of throttles. */
export function failuresPerMinute<const Default extends number>(fallback: Default, description: string) {
  return perMinute("Throttles and time-outs", fallback, description);
}

/** Lengths of time, s. A year has 365 days. */
export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const YEAR = 365 * DAY;
