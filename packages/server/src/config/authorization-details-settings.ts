import { z } from "zod";
import { compileDetailSchema } from "./detail-schema.ts";
import type { DetailSchema } from "./detail-schema.ts";
import { languageTag } from "./sign-in-settings.ts";
import type { Setting } from "./setting.ts";

/** How many types a service may have. */
const MAX_TYPES = 50;

/** A text by language. */
const texts = z.record(
  languageTag,
  z.string({ error: "must contain texts" }).max(200, {
    error: "must contain texts of at most 200 characters",
  }),
);

const type = z.strictObject({
  label: texts,
  members: z.record(z.string(), texts).default({}),
  registrable: z.boolean({ error: "must say true or false for registrable" }).default(false),
  schema: z.record(z.string(), z.unknown()),
});

/** A type of authorization details, as the settings describe it. */
export type DetailTypeSetting = z.output<typeof type>;

/** A type of authorization details (RFC 9396 §2.1) that clients may request. */
interface DetailType extends DetailTypeSetting {
  readonly compiled: DetailSchema;
}

/** By their names. */
export type DetailTypes = ReadonlyMap<string, DetailType>;

/** Compiles the types of the configuration, once. */
export function detailTypes(settings: Readonly<Record<string, DetailTypeSetting>>): DetailTypes {
  return new Map(
    Object.entries(settings).map(([name, setting]) => [
      name,
      { ...setting, compiled: compileDetailSchema(name, setting.schema) },
    ]),
  );
}

/** Rich authorization requests (RFC 9396). */
export const AUTHORIZATION_DETAILS_SETTINGS = {
  authorizationDetailsTypes: {
    group: "Sign-in",
    schema: z
      .record(z.string().min(1).max(200), type, { error: "must be an object of types" })
      .superRefine((types, context) => {
        const all = Object.entries(types);
        if (all.length > MAX_TYPES) context.addIssue(`must not have more than ${MAX_TYPES} types`);
        for (const [name, { schema }] of all) {
          try {
            compileDetailSchema(name, schema);
          } catch (error) {
            const problem = error instanceof Error ? error.message : "is not valid";
            context.addIssue({
              code: "custom",
              path: [name, "schema"],
              message: `cannot be used: ${problem}`,
            });
          }
        }
      }),
    form: "json",
    default: {},
    description:
      "Types of `authorization_details` (RFC 9396) that clients may request: " +
      '`{"payment": {"label": {"en": "Make a payment"}, "members": {"amount": {"en": "Amount"}}, "schema": {"type": ' +
      '"object", "properties": {"amount": {"type": "string"}}, "required": ["amount"]}}}`. `label` and `members` are the ' +
      "texts of the consent page, by language. `schema` is the JSON Schema of an object; members that it does not name are " +
      "refused. A client needs the type among its `authorization_details_types`; with `registrable`, one that registers " +
      "itself may have it too.",
  },
} as const satisfies Record<string, Setting>;
