import { z } from "zod";

const text = z.string().min(1).max(1024);

const IDENTIFIER = z.object({
  sub_id: z.discriminatedUnion("format", [
    z.object({ format: z.literal("iss_sub"), iss: text, sub: text }),
    z.object({ format: z.literal("opaque"), id: text }),
    z.object({ format: z.literal("email"), email: text.regex(/^[^@]+@[^@]+$/) }),
  ]),
});

/** A subject identifier of a format that this service understands (RFC 9493 §3.2.2, §3.2.3, §3.2.4). */
export type SubjectIdentifier = z.output<typeof IDENTIFIER>["sub_id"];

/** The `sub_id` of a body. Undefined: it has none of these formats, or lacks a member of its format. */
export function readSubjectIdentifier(body: unknown): SubjectIdentifier | undefined {
  return IDENTIFIER.safeParse(body).data?.sub_id;
}
