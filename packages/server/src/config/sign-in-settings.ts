import { z } from "zod";
import { standsOut } from "./colors.ts";
import { isHttpsUrl } from "./https-url.ts";
import { DAY, HOUR, seconds } from "./setting.ts";
import type { Setting } from "./setting.ts";

/** A language tag (RFC 5646 §2.1). */
export const languageTag = z
  .string()
  .refine(isLanguageTag, { error: "must be language tags, such as en or pt-BR" });

const text = z
  .string({ error: "must contain texts" })
  .max(1000, { error: "must contain texts of at most 1000 characters" });

/** The colour of the main button. White and the dark background are both behind it, so it is checked against both. */
const color = z
  .string({ error: "must be a colour" })
  .regex(/^#[0-9a-fA-F]{6}$/, { error: "must be a colour such as #2f63d6" })
  .refine((value) => !/^#[0-9a-f]{6}$/i.test(value) || standsOut(value), {
    error: "must have a contrast of at least 3 to 1 to white and to the dark background (#16181d)",
  });

/** The pages load or link it; http would be mixed content. */
const httpsUrl = z
  .string({ error: "must be a URL" })
  .refine(isHttpsUrl, { error: "must be an https URL with a plain host name" });

/** A page of the provider's that the pages link to. */
function linkedPage(description: string) {
  return {
    group: "Sign-in",
    schema: httpsUrl,
    form: "text",
    defaultText: "none",
    description,
  } as const;
}

/** The sign-in pages, and how long a sign-in lasts. */
export const SIGN_IN_SETTINGS = {
  signInTtl: seconds(12 * HOUR, 60, 400 * DAY, {
    group: "Sign-in",
    description:
      "How long a user stays signed in in one browser at most. 60 s to 400 days; closing the browser " +
      "ends it too, unless `staySignedIn` is set.",
  }),
  // Off by default: a browser that others use too must not stay signed in.
  staySignedIn: {
    group: "Sign-in",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Keep users signed in for `signInTtl` when the browser is closed. Phones close it whenever they " +
      "need its memory.",
  },
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
  requirePar: {
    group: "Sign-in",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Require pushed authorization requests (RFC 9126) of all clients. `client update --require-par` requires them of " +
      "one client.",
  },
  // RFC 9126 §2.2
  pushedRequestTtl: seconds(600, 5, 600, {
    group: "Sign-in",
    description:
      "How long a pushed authorization request can be opened, 5 to 600 s; 60 s at most of clients of the FAPI 2.0 profile. " +
      "From then on its user has ten minutes in all.",
  }),
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
    schema: httpsUrl,
    form: "text",
    defaultText: "none",
    description:
      "https URL of your logo, shown at most 48 pixels high. Without one, the first letter of your name stands on " +
      "your colour.",
  },
  providerColor: {
    group: "Sign-in",
    schema: color,
    form: "text",
    default: "#2f63d6",
    description:
      "Your colour, `#rrggbb`: of buttons, links and a tint of the pages. Its contrast to white and to the dark " +
      "background must be at least 3 to 1; links are darker or lighter where that is needed to read them.",
  },
  forgotPasswordUrl: linkedPage(
    "https URL of your page for a forgotten password, linked on the sign-in page.",
  ),
  signUpUrl: linkedPage("https URL of your page to create an account, linked on the sign-in page."),
  helpUrl: linkedPage("https URL of your help, linked on every page."),
  scopeDescriptions: {
    group: "Sign-in",
    schema: z.record(z.string(), z.record(languageTag, text), { error: "must be an object of scopes" }),
    form: "json",
    default: {},
    description:
      'Texts of the consent page and the documentation for each scope, by language: `{"read": {"en": "See your orders", ' +
      '"it": "Vedere i tuoi ordini"}}`. A scope without one is shown by its name.',
  },
  messages: {
    group: "Sign-in",
    schema: z.record(languageTag, z.record(z.string(), text), { error: "must be an object of languages" }),
    form: "json",
    default: {},
    description:
      "Texts of the pages by language, replacing those of Regrant (English, French, German, Italian and " +
      'Spanish) or adding a language: `{"en": {"signIn.title": "Welcome"}}`. The keys are those of ' +
      "`pages/messages/en.ts`, `pages/messages/docs/en.ts` and `explanations/messages/en.ts`.",
  },
} as const satisfies Record<string, Setting>;

/** Whether the text is a tag in its usual form that the runtime knows how to read: dates and directions depend on it. */
function isLanguageTag(text: string): boolean {
  if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text)) return false;
  try {
    return new Intl.Locale(text).language !== "";
  } catch {
    return false;
  }
}
