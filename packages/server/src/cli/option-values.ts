import { InvalidArgumentError } from "commander";

// Parsers of option values.

/** A whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** One more value of a repeatable option; an empty value stands for an empty list. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return value === "" ? [...before] : [...new Set([...before, value])];
}

/** Likewise, of scopes: a scope holds no space, so one value may hold several, as on the wire. */
export function scopes(value: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, ...value.split(" ").filter((scope) => scope !== "")])];
}
