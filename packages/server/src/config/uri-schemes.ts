import { z } from "zod";

/**
 * Schemes that no redirect URI may have, whoever registers it: a browser runs or shows what such a URI holds, reads a
 * file, or sends the code unencrypted; or the system starts a program by it that was misused so before. The list is not
 * complete and cannot be, so clients that register themselves are held to a list of what is accepted.
 */
const UNSAFE: ReadonlySet<string> = new Set(
  (
    "javascript data vbscript blob about view-source filesystem mhtml res jar file smb ftp ws wss " +
    "chrome edge resource intent shell ms-msdt search-ms ms-officecmd ms-its"
  ).split(" "),
);

/** Whether no redirect URI may have this scheme. Lower case, without a colon. */
export function isUnsafeScheme(scheme: string): boolean {
  return UNSAFE.has(scheme);
}

/** Private-use URI schemes (RFC 8252 §7.1), such as `cursor`: names without a colon, in any case. */
export const privateSchemes = z
  .array(
    z
      .string({ error: "must be a URI scheme" })
      .toLowerCase()
      // RFC 3986 §3.1
      .regex(/^[a-z][a-z0-9+.-]*$/, { error: "must be a URI scheme without a colon, such as myapp" })
      .refine((scheme) => scheme !== "http" && scheme !== "https" && !isUnsafeScheme(scheme), {
        error: "must be a scheme that an application of its own handles",
      }),
    { error: "must be a list of URI schemes" },
  )
  .readonly();
