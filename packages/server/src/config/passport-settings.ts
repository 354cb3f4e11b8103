import { z } from "zod";
import { instant, passportResponses, passportDatabase, passportKey } from "./passport.ts";
import type { Setting } from "./setting.ts";
import { oneOf } from "./values.ts";

/** The migration from Laravel Passport, and the rollback. */
export const PASSPORT_SETTINGS = {
  passportKey: {
    group: "Laravel Passport",
    schema: passportKey,
    form: "text",
    defaultText: "none: Passport's tokens are refused",
    secret: true,
    description:
      "Key that encrypted Passport's refresh tokens: Laravel's `APP_KEY` unchanged (`base64:…` or " +
      "literal text), the text passed to `Passport::tokenEncryptionKey`, or a saved Defuse key " +
      "(`def00000…`). The import needs it, and the service for as long as such tokens are in use.",
  },
  passportResponses: {
    group: "Laravel Passport",
    schema: passportResponses,
    form: "text",
    default: "off",
    description:
      "Wire format of the token endpoint: `off` for that of the RFCs; `passport-8` (Passport 8 to 12) " +
      "or `passport-13` for Passport's error bodies and statuses, with requests read as Laravel reads " +
      "them.",
  },
  // Only Passport's tables know whether such a token was revoked, so it is refused unless they are asked.
  passportUnknownTokens: {
    group: "Laravel Passport",
    schema: oneOf(["refuse", "ask", "trust"]),
    form: "text",
    default: "refuse",
    description:
      "Treatment of Passport's refresh tokens that no import has seen: `refuse` them, `ask` Passport's " +
      "table in `passportDatabase` whether they are revoked, or `trust` them until they expire, " +
      "without that check.",
  },
  // It ends by itself: until then each refresh waits for two rows in Laravel's database.
  passportRollbackUntil: {
    group: "Laravel Passport",
    schema: instant,
    form: "text",
    defaultText: "none: no rollback",
    description:
      "Date or instant until which a rollback to Passport is possible. Until then clients with the " +
      "profile `passport` get refresh tokens that Passport can read too, and their rows are written to " +
      "`passportDatabase` before each response.",
  },
  passportUsers: {
    group: "Laravel Passport",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Check usernames and passwords against Laravel's table `users` (`email`, `password`) in " +
      "`passportDatabase`, for the `password` grant and the sign-in page, in place of Regrant's " +
      "accounts. The table is only read.",
  },
  passportDatabase: {
    group: "Laravel Passport",
    schema: passportDatabase,
    form: "text",
    defaultText: "none",
    secret: true,
    description:
      "Laravel's database, `mysql://…` or `postgres://…` (with `sslmode` as in libpq). Its user needs to read `users` and " +
      "Passport's tables, and for the rollback to insert into and update `oauth_access_tokens` and " +
      "`oauth_refresh_tokens`. The import reads it by default.",
  },
} as const satisfies Record<string, Setting>;
