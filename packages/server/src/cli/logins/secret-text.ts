import { CliError } from "../cli-error.ts";
import type { LoginGrant } from "./login-file.ts";

/** The secrets of a login, in the order in which they are read. */
export type SecretName = "client secret" | "password" | "refresh token";

/** The secret of each grant type that is used once and not stored. */
export const GRANT_SECRETS: Record<LoginGrant, SecretName | undefined> = {
  password: "password",
  client_credentials: undefined,
  refresh_token: "refresh token",
};

/** The lines of a text, whatever ends them. Lines at the end that are not wanted are left out if they are blank. */
export function linesOf(text: string, wanted: number): string[] {
  const lines = text.replace(/\r\n$|[\r\n]$/, "").split(/\r\n|[\r\n]/);
  while (lines.length > wanted && lines.at(-1)?.trim() === "") lines.pop();
  return lines;
}

/**
 * Removes what a pipe or a copy has added to a secret. Blanks around a client secret cannot be meant (a server shows it
 * in a page or a file), and a refresh token has no quotes either. A password is what its user chose: every character counts.
 *
 * @throws {CliError} the refresh token has characters that no token has (2), and would be refused; it is not sent
 */
export function tidySecret(name: SecretName, text: string): string {
  if (name === "password") return text;
  if (name === "client secret") return text.trim();
  const token = tidyToken(text);
  // RFC 6749, appendix A.17
  if (/^[ -~]*$/.test(token)) return token;
  const hint = "copy it again, as plain text; it was not sent";
  throw new CliError("the refresh token contains characters that no token has", hint, 2);
}

/** A token without blanks and quotes around it. */
export function tidyToken(text: string): string {
  const token = text.trim();
  return isQuoted(token) ? token.slice(1, -1).trim() : token;
}

/** What in a refused secret may not belong to it, as a hint; undefined: nothing is conspicuous. */
export function secretHint(name: SecretName, secret: string): string | undefined {
  if (isQuoted(secret)) return `the ${name} is sent with the quotes around it: do they belong to it?`;
  if (secret.trim() !== secret) return `the ${name} begins or ends with a blank: does it belong to it?`;
  return undefined;
}

function isQuoted(text: string): boolean {
  return text.length > 1 && /^["'`]/.test(text) && text.at(-1) === text.at(0);
}
