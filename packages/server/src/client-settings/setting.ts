import { z } from "zod";
import { isHttpsUrl } from "../config/https-url.ts";
import { oneOf } from "../config/values.ts";

/** What a default or a text may depend on, besides the setting itself. */
export interface ClientFacts {
  /** A public client has no secret (RFC 6749 §2.1). */
  readonly public: boolean;
  readonly grantTypes: readonly string[];
  readonly securityProfile: string;
  readonly tlsBound: boolean;
  readonly rotation: string;
  readonly refreshIdleTtl: number;
}

/**
 * One setting of a client. Its JSON member is its key in snake_case. Messages of a schema are predicates without a full
 * stop ("must be an https URL") and never quote the value: clients that register themselves get them too.
 */
export interface ClientSetting<Value = unknown> {
  readonly schema: z.ZodType<Value>;
  /** Of a new client, and of a row that an older program wrote. A function where it follows from other settings. */
  readonly default: Value | ((client: ClientFacts) => Value);
  /** The default in words, for texts in which the value itself would not say enough. */
  readonly defaultText?: string;
  /** How a flag's text becomes a value, and how the value is shown. */
  readonly form: "text" | "choice" | "switch" | "list" | "seconds" | "json";
  readonly choices?: readonly string[];
  /** As commander reads it (`--retry-window <s>`); undefined: only the service sets it. */
  readonly flag?: string;
  /** What it does; of a flag and in the reference. */
  readonly help: string;
  /** What the `--no-…` form of the flag does; `client update` has it. */
  readonly off?: string;
  /** Its line of `client show`; settings of one line are joined by commas. */
  readonly show?: Shown<Value>;
  /** Its client metadata (RFC 7591 §2); undefined: a client cannot set it itself. */
  readonly registration?: Registration<Value>;
}

/** How a setting appears in `client show`. */
export interface Shown<Value> {
  /** The line's label. */
  readonly line: string;
  /** @returns undefined where there is nothing to show. By default `shown`, the value in the usual form. */
  text?(value: Value, client: ClientFacts, shown: string): string | undefined;
}

/** How a client sets the value itself. */
export interface Registration<Value> {
  /** The name of the client metadata (RFC 7591 §2). */
  readonly member: string;
  /**
   * From the member to the value; undefined: the client leaves it to the service. It refuses only what is unsafe: what
   * cannot be registered counts as absent. Without a schema the member is judged together with others, by
   * `clients/negotiate-metadata.ts`.
   */
  readonly schema?: z.ZodType<Value | undefined>;
  /** Back to the member; by default the value itself. null: it is left out. */
  toMember?(value: Value): unknown;
}

type Details = Pick<ClientSetting, "flag" | "help" | "off">;

/** A setting that is on or off, and off unless it is set. */
export function onOff(show: Shown<boolean>, details: Details) {
  const schema = z.boolean({ error: "must be true or false" });
  return { schema, default: false, form: "switch", show, ...details } satisfies ClientSetting<boolean>;
}

/** A setting that is one of `choices`, the first by default. */
export function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  line: string,
  details: Details,
) {
  const [first] = choices;
  const schema = oneOf(choices);
  return {
    schema,
    default: first as Choices[number],
    form: "choice",
    choices,
    show: { line },
    ...details,
  } as const;
}

/**
 * A setting that is a whole number of seconds, from `min` to `max`.
 *
 * @param fallback its default, s
 */
export function duration(
  fallback: number,
  [min, max]: readonly [number, number],
  show: Shown<number>,
  details: Details,
) {
  const error = `must be a whole number of seconds from ${min} to ${max}`;
  const schema = z
    .number({ error })
    .refine((value) => Number.isSafeInteger(value) && value >= min && value <= max, { error });
  return { schema, default: fallback, form: "seconds", show, ...details } satisfies ClientSetting<number>;
}

/** An https URL of at most 2048 characters, or null. */
export const HTTPS_URL = z
  .string({ error: "must be a URL" })
  .max(2048, { error: "must not be longer than 2048 characters" })
  // Users see it, and URL parsers drop or escape control characters and lone surrogates.
  .refine((uri) => !/[\p{Cc}\p{Cs}]/u.test(uri) && isHttpsUrl(uri), {
    error: "must be an https URL",
  })
  .nullable();

/**
 * A page about the client, which users see (RFC 7591 §2): an https URL, or null. The service never fetches it; users'
 * browsers do.
 */
export function pageUrl(member: string, line: string, details: Details) {
  return {
    schema: HTTPS_URL,
    default: null,
    form: "text",
    show: { line, text: (uri: string | null) => uri ?? undefined },
    registration: { member, schema: HTTPS_URL.catch(null) },
    ...details,
  } satisfies ClientSetting<string | null>;
}
