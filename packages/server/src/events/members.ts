import { z } from "zod";

// Members that several types of event have. Their descriptions are part of docs/reference/events.md.

/**
 * One type of event: its form, and what the reference says of it. Rows are kept for over a year by default, so a member
 * may be added to a payload, and none changes its meaning.
 */
export interface EventTypeDefinition {
  /** A warning asks for a person's attention; the log line has the same level. */
  severity: "info" | "warning";
  /** When the event is recorded, as a sentence. */
  raised: string;
  /** What the event is about. Columns of the row, and members of its JSON. */
  about: readonly ("client_id" | "subject" | "grant_id")[];
  /** The payload. Never a secret. */
  data: z.ZodObject<Record<string, z.ZodType>>;
}

/** What a number means: an instant in ms since 1970, or a duration in ms or s. */
export type Unit = "instant" | "ms" | "s";

/** A member that is an instant or a duration, which people read as such. `description` is for the reference. */
export function inUnit<Schema extends z.ZodType>(unit: Unit, schema: Schema, description: string): Schema {
  return schema.meta({ unit, description });
}

export const actor = z
  .string()
  .describe(
    "Who carried it out: `cli:USER`, `operator:USERNAME` (at the console), `host` (the embedding application), the id of a client or subject, `restore`, `sweep`.",
  );

export const scope = z.string().describe("Scopes, separated by spaces; empty: none.");

export const revoked = z.boolean().describe("Whether it revoked the grant, as the client's policy says.");

export const cause = z
  .string()
  .describe("The cause of the refusal, as in the log; see [the list](errors.md).");

// The store holds the digest anyway; the log may be read by more people.
export const digest = z
  .string()
  .describe("SHA-256 in hex: what a restore needs to apply the event. It is not written to the log.");

/** How far a presented refresh token is from the head of its grant. */
export const distance = {
  generation: z.int().describe("The generation of the presented token."),
  distance: z.int().describe("How many generations it is behind the head; negative: ahead of it."),
  age_ms: inUnit("ms", z.number(), "How long ago the head was issued, ms."),
};

export const retryScore = z
  .int()
  .describe(
    "The grant's retry score with this window: 8 for each window with a retry, 1 less for each without.",
  );
