import { z } from "zod";
import { instant, passportResponses, passportDatabase, passportKey } from "./passport.ts";
import type { Setting } from "./setting.ts";
import { oneOf } from "./values.ts";

/** The taking over of a Laravel Passport deployment, and the way back. */
export const PASSPORT_SETTINGS = {
  passportKey: {
    group: "Laravel Passport",
    schema: passportKey,
    form: "text",
    defaultText: "Passport's tokens are not known",
    secret: true,
    description:
      "What Passport encrypted its refresh tokens with, so that those in the field keep working: Laravel's `APP_KEY` " +
      "as it stands there (`base64:…` or literal text), the text given to `Passport::tokenEncryptionKey`, or a key " +
      "that Defuse saved (`def00000…`). Needed by the import and, as long as such tokens are in the field, afterwards.",
  },
  passportResponses: {
    group: "Laravel Passport",
    schema: passportResponses,
    form: "text",
    default: "off",
    description:
      "Whose answers the token endpoint gives: with `off` those of the RFCs; with `passport-8` (Passport 8 to 12) or " +
      "`passport-13` Passport's error bodies and statuses, for programs that match on them, and requests are read as " +
      "Laravel reads them.",
  },
  passportUnknownTokens: {
    group: "Laravel Passport",
    schema: oneOf(["refuse", "ask", "trust"]),
    form: "text",
    default: "refuse",
    description:
      "What becomes of a refresh token that Passport issued and no import knew, such as one issued after the last " +
      "import: `refuse` it, `ask` Passport's table in `passportDatabase` whether it has revoked it, or `trust` it until it " +
      "expires, though nobody here knows that.",
  },
  passportRollbackUntil: {
    group: "Laravel Passport",
    schema: instant,
    form: "text",
    defaultText: "there is no way back",
    description:
      "Until then the way back to Passport is kept open: clients with the profile `passport` get refresh tokens that " +
      "Passport can read as well, and each one's rows are written to `passportDatabase` before it is answered. A date " +
      "or an instant.",
  },
  passportUsers: {
    group: "Laravel Passport",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Take usernames and passwords for those of Laravel's table `users` (`email`, `password`) in `passportDatabase`, for " +
      "the `password` grant and the sign-in page, in place of Regrant's own accounts. The table is read only.",
  },
  passportDatabase: {
    group: "Laravel Passport",
    schema: passportDatabase,
    form: "text",
    defaultText: "none",
    secret: true,
    description:
      "Laravel's database, `mysql://…` or `postgres://…`, as a user who may insert into and update " +
      "`oauth_access_tokens` and `oauth_refresh_tokens`; to ask for unknown tokens and for users it is read. The import " +
      "reads it unless told otherwise.",
  },
} as const satisfies Record<string, Setting>;
