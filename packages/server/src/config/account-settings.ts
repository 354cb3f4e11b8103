import { z } from "zod";
import { isLoopback } from "./loopback.ts";
import { seconds } from "./setting.ts";
import { acrValue, acrValues } from "./values.ts";
import type { Setting } from "./setting.ts";

// The messages complete "REGRANT_X: …" and never quote the value.
const URL_RULE = "must be an absolute https URL without user name and fragment (http on loopback only)";

/** A URL of the provider's, to which passwords or users are sent: https, so that neither travels in clear. */
export const providerUrl = z.string({ error: URL_RULE }).refine(
  (text) => {
    const url = URL.parse(text);
    if (url === null || text.includes("#") || url.username !== "" || url.password !== "") return false;
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  },
  { error: URL_RULE },
);

const SECRET_RULE =
  "must be 24 to 64 random bytes in base64, with or without whsec_ before them; make one with " +
  `node -p "'whsec_' + require('crypto').randomBytes(32).toString('base64')"`;

/**
 * A secret in the form of Standard Webhooks, whose libraries verify the signatures. The prefix `whsec_` is optional,
 * and so is the padding.
 */
const sharedSecret = z.string({ error: SECRET_RULE }).transform((text, context): Buffer => {
  const written = text.replace(/^whsec_/, "").replace(/={1,2}$/, "");
  const key = Buffer.from(written, "base64");
  // Buffer.from skips invalid characters; encoding the bytes again shows whether there were any.
  const whole = key.toString("base64").replace(/={1,2}$/, "") === written;
  if (whole && key.length >= 24 && key.length <= 64) return key;
  context.addIssue({ code: "custom", message: SECRET_RULE });
  return z.NEVER;
});

/** Where users' passwords are checked. */
export const ACCOUNT_SETTINGS = {
  accountsUrl: {
    group: "Sign-in",
    schema: providerUrl,
    form: "text",
    defaultText: "none: Regrant's own accounts",
    description:
      "URL of your service that checks passwords, for the `password` grant and the sign-in page, in " +
      "place of Regrant's accounts. https, or http on loopback.",
  },
  accountsSecret: {
    group: "Sign-in",
    schema: sharedSecret,
    form: "text",
    defaultText: "none; needed with `accountsUrl`",
    secret: true,
    description:
      "Secret that signs the requests to `accountsUrl`: 24 to 64 random bytes in base64, with or " +
      "without the prefix `whsec_`.",
  },
  // For all attempts of one password check together.
  accountsTimeout: seconds(5, 1, 30, {
    group: "Sign-in",
    description:
      "Time for `accountsUrl`, or the function `accounts` of an embedding program, to respond. 1 to 30 s.",
  }),
  // RFC 9700 §2.4 forbids the grant type; programs that are moved from another service may still need it.
  passwordGrant: {
    group: "Sign-in",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: true,
    description:
      "Offer the grant type `password` to clients that have it. Off, the token endpoint does not support it, and the " +
      "documentation does not have it. New systems should not use it (RFC 9700).",
  },
  loginUrl: {
    group: "Sign-in",
    schema: providerUrl,
    form: "text",
    defaultText: "none: Regrant's sign-in page",
    description:
      "URL of your login page. Users are sent there with a `login_challenge`, which a client with " +
      "`--login-provider` answers.",
  },
  // RFC 9470. Compared as they are: no order among them, which every API would have to know.
  acrValues: {
    group: "Sign-in",
    schema: acrValues,
    form: "list",
    default: [],
    description:
      "The `acr` values that `loginUrl` may give to a sign-in: how users can authenticate there, such as `mfa`. Clients " +
      "ask for one with `acr_values`, and access tokens say it.",
  },
  passwordAcr: {
    group: "Sign-in",
    schema: acrValue,
    form: "text",
    defaultText: "none",
    description: "The `acr` value of a sign-in with a password on Regrant's sign-in page, such as `pwd`.",
  },
} as const satisfies Record<string, Setting>;
