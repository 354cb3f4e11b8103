import type { CredentialRecord } from "./types.ts";

/** Reads what a store kept. The parser's own message would quote it, tokens and all. */
export function parseRecord(text: string): CredentialRecord {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as CredentialRecord;
  } catch {}
  throw new Error("a record is not JSON");
}
