import { z } from "zod";
import { standsOut } from "./colors.ts";
import { DAY, HOUR, seconds } from "./setting.ts";
import type { Setting } from "./setting.ts";

/** A language tag (RFC 5646 §2.1). */
const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "must be language tags, such as en or pt-BR" });

const text = z
  .string({ error: "must contain texts" })
  .max(1000, { error: "must contain texts of at most 1000 characters" });

/** The colour of the main button. White and the dark background are both behind it, so it is checked against both. */
const color = z
  .string({ error: "must be a colour" })
  .regex(/^#[0-9a-f]{6}$/i, { error: "must be a colour such as #2f63d6" })
  .refine((value) => !/^#[0-9a-f]{6}$/i.test(value) || standsOut(value), {
    error: "must have a contrast of at least 3 to 1 to white and to the dark background (#16181d)",
  });

/** The pages load it, so http would be mixed content. */
const logo = z
  .string({ error: "must be a URL" })
  .refine((value) => URL.parse(value)?.protocol === "https:", { error: "must be an https URL" });

/** The sign-in pages, and how long a sign-in lasts. */
export const SIGN_IN_SETTINGS = {
  signInTtl: seconds(12 * HOUR, 60, 400 * DAY, {
    group: "Sign-in",
    description:
      "How long a user stays signed in in one browser at most. 60 s to 400 days; closing the browser " +
      "ends it too.",
  }),
  // RFC 9700 §2.1.1: required of public clients, recommended for the others.
  requirePkce: {
    group: "Sign-in",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Require PKCE of all clients, not of public clients only. `client update --require-pkce` " +
      "requires it of one client.",
  },
  providerName: {
    group: "Sign-in",
    schema: z
      .string({ error: "must be text" })
      .trim()
      .min(1, { error: "must not be empty" })
      .max(100, { error: "must be 100 characters at most" }),
    form: "text",
    defaultText: "the issuer's host name",
    description: "Your name on the pages.",
  },
  providerLogo: {
    group: "Sign-in",
    schema: logo,
    form: "text",
    defaultText: "none",
    description: "https URL of your logo, shown 48 pixels high.",
  },
  providerColor: {
    group: "Sign-in",
    schema: color,
    form: "text",
    default: "#2f63d6",
    description:
      "Colour of the pages' main button, `#rrggbb`. Its contrast to white and to the dark background " +
      "must be at least 3 to 1.",
  },
  scopeDescriptions: {
    group: "Sign-in",
    schema: z.record(z.string(), z.record(language, text), { error: "must be an object of scopes" }),
    form: "json",
    default: {},
    description:
      'Texts of the consent page for each scope, by language: `{"read": {"en": "See your orders", ' +
      '"it": "Vedere i tuoi ordini"}}`. A scope without one is shown by its name.',
  },
  messages: {
    group: "Sign-in",
    schema: z.record(language, z.record(z.string(), text), { error: "must be an object of languages" }),
    form: "json",
    default: {},
    description:
      "Texts of the pages by language, replacing those of Regrant (English and Italian) or adding a " +
      'language: `{"en": {"signIn.title": "Welcome"}}`. The keys are those of `pages/messages/en.ts`.',
  },
} as const satisfies Record<string, Setting>;
