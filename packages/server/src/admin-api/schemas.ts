import { z } from "zod";

/** Text of a request without control characters, which no name or id has and PostgreSQL cannot store. */
export function text(max: number, description: string) {
  const error = `must be text of 1 to ${max} characters, without control characters`;
  return z
    .string({ error })
    .min(1, { error })
    .max(max, { error })
    .refine((given) => !/[\p{Cc}\p{Cs}]/u.test(given), { error })
    .meta({ pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`, description });
}

/** A whole number in a query. */
export function wholeNumber(min: number, max: number, description: string) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .refine((digits) => isWithin(digits, min, max), { error })
    .transform(Number)
    .meta({ type: "integer", minimum: min, maximum: max, description });
}

function isWithin(digits: string, min: number, max: number): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(digits) && Number(digits) >= min && Number(digits) <= max;
}

/** `true` or `false` in a query. */
export function flag(description: string) {
  return z
    .string({ error: "must be true or false" })
    .refine((word) => word === "true" || word === "false", { error: "must be true or false" })
    .transform((word) => word === "true")
    .meta({ type: "boolean", description });
}

/** An instant in a query, RFC 3339; the result is in ms. */
export function instant(description: string) {
  const error = "must be an instant such as 2026-01-31T12:00:00Z (RFC 3339)";
  return z
    .string({ error })
    .refine(
      (written) => RFC3339.test(written) && !Number.isNaN(Date.parse(written)) && Date.parse(written) >= 0,
      {
        error,
      },
    )
    .transform((written) => Date.parse(written))
    .meta({ format: "date-time", description });
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A whole number of s in a body. */
export function seconds(min: number, max: number, description: string) {
  const error = `must be a whole number of seconds from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).meta({ description });
}

/** The parameters of every list. */
export const PAGE = {
  limit: wholeNumber(1, 1000, "How many items a page has at most; by default 100.").optional(),
  after: text(512, "The `next` of the page before.").optional(),
};

/** What a list returns. */
export function pageOf(item: z.ZodType) {
  return z.looseObject({
    items: z.array(item),
    next: z.string().nullable().meta({
      description:
        "Where the next page begins: its `after`. Null: this is the last page. A page may be short, or empty, before that.",
    }),
  });
}

/** An instant of a response. */
export const INSTANT = z.string().meta({ format: "date-time" });

/** What an operation answers that has only to say whether it changed something. */
export const CHANGED = {
  changed: z.boolean().meta({ description: "False if it was so already." }),
};
