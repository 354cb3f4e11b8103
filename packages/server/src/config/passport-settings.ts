import { instant, passportAnswers, passportDatabase, passportKey } from "./passport.ts";
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
  passportAnswers: {
    group: "Laravel Passport",
    schema: passportAnswers,
    form: "text",
    default: "off",
    description:
      "Whose answers the token endpoint gives: with `off` those of the RFCs; with `passport-8` (Passport 8 to 12) or " +
      "`passport-13` Passport's error bodies and statuses, for programs that match on them, and requests are read as " +
      "Laravel reads them.",
  },
  passportUnknownTokens: {
    group: "Laravel Passport",
    schema: oneOf(["refuse", "trust"]),
    form: "text",
    default: "refuse",
    description:
      "What becomes of a refresh token that Passport issued and no import knew, such as one issued after the last " +
      "import: `refuse` it, or `trust` it until it expires. Whether Passport has revoked it is not known then.",
  },
  passportReturnUntil: {
    group: "Laravel Passport",
    schema: instant,
    form: "text",
    defaultText: "there is no way back",
    description:
      "Until then the way back to Passport is kept open: clients with the profile `passport` get refresh tokens that " +
      "Passport can read as well, and each one's rows are written to `passportDatabase` before it is answered. A date " +
      "or an instant.",
  },
  passportDatabase: {
    group: "Laravel Passport",
    schema: passportDatabase,
    form: "text",
    defaultText: "none",
    secret: true,
    description:
      "Laravel's database, `mysql://…` or `postgres://…`, as a user who may insert into and update " +
      "`oauth_access_tokens` and `oauth_refresh_tokens`. Needed for the way back.",
  },
} as const satisfies Record<string, Setting>;
