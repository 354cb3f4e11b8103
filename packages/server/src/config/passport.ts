import { hash } from "node:crypto";
import { z } from "zod";
import { parseInstant } from "../time-text.ts";
import { isPostgres } from "./database-address.ts";
import { urlParameterError } from "./postgres-parameters.ts";

/** The key that Laravel Passport encrypted its refresh tokens and authorization codes with. */
export interface PassportKey {
  /** 32 bytes, if the application may have used them as a raw key; null: another length. */
  raw: Buffer | null;
  /** The bytes as a password, which is Passport's own use; null: the key is a saved Defuse key. */
  password: Buffer | null;
}

const RAW_BYTES = 32;
const DEFUSE_HEADER = "def00000";
/** Header, key and SHA-256 of both, in hex. */
/** Defuse's loader trims white space and NUL at the end, and ignores case. */
// oxlint-disable-next-line no-control-regex -- NUL is trimmed too.
const DEFUSE_KEY = /^def00000([0-9a-f]{64})([0-9a-f]{64})[\0\t\n\r ]*$/i;

/**
 * Reads an `APP_KEY` as Laravel does (`base64:` and 16 or 32 bytes, else the literal text), or a saved Defuse key
 * (`def00000…`), whose checksum must match.
 *
 * @returns undefined for any other text, such as a Defuse key whose checksum does not match
 */
export function readPassportKey(text: string): PassportKey | undefined {
  if (text.toLowerCase().startsWith(DEFUSE_HEADER)) return readDefuseKey(text);
  const password = text.startsWith("base64:") ? readBase64(text.slice("base64:".length)) : Buffer.from(text);
  if (password === undefined || password.length === 0) return undefined;
  // Some applications pass the same bytes as a raw key, for speed.
  return { raw: password.length === RAW_BYTES ? password : null, password };
}

function readDefuseKey(text: string): PassportKey | undefined {
  const [, key, checksum] = DEFUSE_KEY.exec(text) ?? [];
  if (key === undefined || checksum === undefined) return undefined;
  const expected = hash("sha256", Buffer.from(DEFUSE_HEADER + key, "hex"), "hex");
  return expected === checksum.toLowerCase() ? { raw: Buffer.from(key, "hex"), password: null } : undefined;
}

function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  // Buffer.from skips invalid characters; encoding the bytes again shows whether there were any.
  const whole = bytes.toString("base64").replace(/={1,2}$/, "") === text.replace(/={1,2}$/, "");
  return whole && [16, RAW_BYTES].includes(bytes.length) ? bytes : undefined;
}

const RULE =
  "must be Laravel's APP_KEY (base64: and 16 or 32 bytes, or literal text), or a saved Defuse key (def00000…, complete " +
  "with its checksum)";

/** An `APP_KEY` or a saved Defuse key. */
export const passportKey = z.string({ error: RULE }).transform((text, context): PassportKey => {
  const key = readPassportKey(text);
  if (key !== undefined) return key;
  context.addIssue({ code: "custom", message: RULE });
  return z.NEVER;
});

/** Wire format of the token endpoint; null: that of the RFCs. */
export const passportResponses = z
  .enum(["off", "passport-8", "passport-13"], { error: "must be off, passport-8 or passport-13" })
  .transform((format) => (format === "off" ? null : format));

const DATABASE_RULE =
  "must be mysql://USER:PASSWORD@HOST:PORT/DATABASE or postgres://USER:PASSWORD@HOST:PORT/DATABASE; write the " +
  "characters : / ? # @ % of a user name or password as %3A %2F %3F %23 %40 %25";

/** URL of Laravel's database, which holds Passport's tables. The drivers check the rest when they connect. */
export const passportDatabase = z
  .string({ error: DATABASE_RULE })
  .refine(
    (text) => /^(?:mysql|mariadb|postgres(?:ql)?):\/\/[^/]+\/[^/?#]+/.test(text) && URL.canParse(text),
    {
      error: DATABASE_RULE,
    },
  )
  .superRefine((text, context) => {
    const message = isPostgres(text) ? urlParameterError(text) : undefined;
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const INSTANT_RULE = "must be a date or an instant, such as 2027-03-31 or 2027-03-31T22:00:00Z";

/** An instant, as ms since 1970, by `parseInstant`. */
export const instant = z.string({ error: INSTANT_RULE }).transform((text, context): number => {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  context.addIssue({ code: "custom", message: INSTANT_RULE });
  return z.NEVER;
});
