import type { z } from "zod";

/** One rule that a request breaks, on the wire: a member of the body by its JSON pointer (RFC 6901), or a parameter. */
export interface InputViolation {
  pointer?: string;
  parameter?: string;
  /** A sentence. */
  message: string;
}

/** A request that does not meet the schemas of its operation. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly violations: readonly InputViolation[];

  constructor(violations: readonly InputViolation[]) {
    super("the request is not valid");
    this.violations = violations;
  }
}

/** @throws InputError */
export function parseParameters<Schema extends z.ZodType>(schema: Schema, given: object): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  throw new InputError(
    error.issues.map((issue) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
      return { parameter: String(unknown ?? issue.path[0] ?? ""), message: sentence(issue) };
    }),
  );
}

/** @throws InputError */
export function parseBody<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  throw new InputError(
    error.issues.map((issue) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
      return { pointer: jsonPointer([...issue.path, ...unknown]), message: sentence(issue) };
    }),
  );
}

/** A JSON pointer (RFC 6901 §3); the whole document is "". */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Messages of client settings are predicates ("must be an https URL"); those of zod are sentences without a full stop. */
function sentence({ message, path }: z.core.$ZodIssue): string {
  const subject = path.findLast((segment) => typeof segment === "string");
  const isPredicate = /^(?:must|is|holds) /.test(message);
  return `${isPredicate && subject !== undefined ? `${subject} ` : ""}${message}.`;
}
