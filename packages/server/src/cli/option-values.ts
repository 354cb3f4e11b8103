import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import type { z } from "zod";
import { parseInstant } from "../time-text.ts";

/**
 * Parses a whole number of at most 15 digits, which a double holds exactly.
 *
 * @throws InvalidArgumentError, which commander prints with the option's name
 */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/**
 * Makes a parser of whole numbers from `min` to `max`.
 *
 * @throws InvalidArgumentError from the parser, which commander prints with the option's name
 */
export function wholeNumberWithin(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Adds a value of a repeatable option. An empty value stands for an empty list, so that `update` can empty one. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return value === "" ? [...before] : [...new Set([...before, value])];
}

/**
 * Adds the scopes of one value. No scope contains a space (RFC 6749 §3.3), so one value may hold several, as on the
 * wire.
 */
export function scopes(value: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, ...value.split(" ").filter((scope) => scope !== "")])];
}

/**
 * Makes a parser of the path of a JSON file, whose content must meet `schema`. It is checked here, so that a private key
 * in the wrong place is not sent to a server.
 *
 * @throws InvalidArgumentError from the parser; it quotes nothing of the file
 */
export function jsonFile(schema: z.ZodType): (path: string) => unknown {
  return (path) => {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
      const reason = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
      throw new InvalidArgumentError(`The file ${reason}.`);
    }
    const [issue] = schema.safeParse(value).error?.issues ?? [];
    if (issue === undefined) return value;
    throw new InvalidArgumentError(`The file ${issue.message}.`);
  };
}

/** An instant, ms since 1970, or an age, ms. */
export type InstantOrAge = { instant: number } | { ago: number };

// Units of an age, ms.
const AGES: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses a date or a time with its offset, as `parseInstant`, or an age such as 12h.
 *
 * @throws InvalidArgumentError
 */
export function instantOrAge(text: string): InstantOrAge {
  const [, count, unit = ""] = /^(\d{1,9})(s|min|h|d)$/.exec(text) ?? [];
  const size = AGES[unit];
  if (count !== undefined && size !== undefined) return { ago: Number(count) * size };
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new InvalidArgumentError(
      "It must be a date, a time with its offset such as 2026-07-01T09:30:00Z, or an age such as 12h.",
    );
  }
  return { instant };
}

/** The instant, ms. @param now the store's clock, not this machine's: an age is subtracted from it */
export function instantAt(given: InstantOrAge, now: number): number {
  return "ago" in given ? Math.max(0, now - given.ago) : given.instant;
}
