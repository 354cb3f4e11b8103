import { z } from "zod";
import { isLoopback } from "./loopback.ts";
import { seconds } from "./setting.ts";
import type { Setting } from "./setting.ts";

const URL_FAULT =
  "must be an absolute https URL without user name and fragment (http only of the own machine)";

/** An address of the provider's own, to which passwords or people are sent. */
const providerUrl = z.string({ error: URL_FAULT }).refine(
  (text) => {
    const url = URL.parse(text);
    if (url === null || text.includes("#") || url.username !== "" || url.password !== "") return false;
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  },
  { error: URL_FAULT },
);

const SECRET_FAULT =
  "must be 24 to 64 random bytes in base64, with or without whsec_ before them; make one with " +
  `node -p "'whsec_' + require('crypto').randomBytes(32).toString('base64')"`;

/** In the form of Standard Webhooks, whose libraries can check what is signed with it. */
const sharedSecret = z.string({ error: SECRET_FAULT }).transform((text, context): Buffer => {
  const written = text.replace(/^whsec_/, "").replace(/=+$/, "");
  const key = Buffer.from(written, "base64");
  // Buffer.from skips what it cannot read; writing the bytes again shows whether it read everything.
  const whole = key.toString("base64").replace(/=+$/, "") === written;
  if (whole && key.length >= 24 && key.length <= 64) return key;
  context.addIssue({ code: "custom", message: SECRET_FAULT });
  return z.NEVER;
});

/** Whose accounts people have. */
export const ACCOUNT_SETTINGS = {
  accountsUrl: {
    group: "Sign-in",
    schema: providerUrl,
    form: "text",
    defaultText: "none: Regrant's own accounts",
    description:
      "Your own service that knows whose password it is: https, or http of the own machine. It is asked in place of " +
      "Regrant's accounts, by the `password` grant and the sign-in page alike.",
  },
  accountsSecret: {
    group: "Sign-in",
    schema: sharedSecret,
    form: "text",
    defaultText: "none; needed with `accountsUrl`",
    secret: true,
    description:
      "The secret that signs the questions to `accountsUrl`: 24 to 64 random bytes in base64, with or without `whsec_` before them.",
  },
  accountsTimeout: seconds(5, 1, 30, {
    group: "Sign-in",
    description: "How long `accountsUrl` may take to answer: 1 to 30.",
  }),
  loginUrl: {
    group: "Sign-in",
    schema: providerUrl,
    form: "text",
    defaultText: "none: Regrant's sign-in page",
    description:
      "Your own login page: people are sent there with a `login_challenge`, and a client made with `--login-provider` says " +
      "who they are.",
  },
} as const satisfies Record<string, Setting>;
