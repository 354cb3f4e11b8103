import type { CauseSpec } from "../codes.ts";

/** The operators' console: shown on its pages. */
export const CONSOLE_CAUSES = {
  // The same public text as a wrong password: the page does not tell which accounts are operators'.
  not_operator: {
    code: "access_denied",
    description: "The username or the password is wrong, or the account is not an operator.",
    meaning: "The account may not use the console: `npx regrant account set-operator` lets it.",
  },
  console_link_unknown: {
    code: "access_denied",
    description: "The one-time code was used, has expired, or is not complete.",
    meaning: "`npx regrant console link` makes another.",
  },
  console_signed_out: {
    code: "access_denied",
    description: "The session has ended. Sign in again; nothing was done.",
    meaning:
      "A form of the console came without a session: it ended, or the account is not an operator any more.",
  },
  console_tails: {
    code: "temporarily_unavailable",
    retryAfter: 30,
    description: "Too many pages follow the events. Try again later.",
    meaning: "Twenty pages of the console follow the events of this process already.",
  },
} as const satisfies Record<string, CauseSpec>;
