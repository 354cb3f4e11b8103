import { InvalidArgumentError } from "commander";

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
