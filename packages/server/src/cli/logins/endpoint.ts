import { isLoopback } from "../../config/loopback.ts";
import { CliError } from "../cli-error.ts";

const HTTPS = "be https (http only on loopback addresses)";

/**
 * The rule that the URL of an endpoint which receives secrets breaks, as the end of a sentence with "must"; undefined: none.
 *
 * @param allowHttp accept http on every host, not only on loopback addresses
 */
export function endpointViolation(text: string, allowHttp = false): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "be an absolute URL, such as https://auth.example.com";
  if (url.username !== "" || url.password !== "") return "not contain a username or a password";
  if (url.hash !== "") return "not have a fragment";
  if (url.protocol === "https:") return undefined;
  return url.protocol === "http:" && (allowHttp || isLoopback(url.hostname)) ? undefined : HTTPS;
}

/**
 * Parses such a URL.
 *
 * @param what its option, or where it comes from; the URL is not repeated in an error, as it may contain a password
 * @returns the URL as normalised by the URL standard
 * @throws {CliError} it breaks a rule (2)
 */
export function parseEndpoint(what: string, text: string, allowHttp: boolean): string {
  const violation = endpointViolation(text, allowHttp);
  if (violation === undefined) return new URL(text).href;
  throw new CliError(`${what} must ${violation}`, httpHint(violation, text), 2);
}

/** The way out for a server without https. */
function httpHint(violation: string, text: string): string | undefined {
  const isHttp = violation === HTTPS && URL.parse(text)?.protocol === "http:";
  return isHttp ? "in a closed network: --allow-http accepts http, without encryption" : undefined;
}

/** Whether others on the network can read what is sent to a URL. */
export function isUnencrypted(text: string): boolean {
  return URL.parse(text)?.protocol === "http:" && endpointViolation(text) !== undefined;
}
