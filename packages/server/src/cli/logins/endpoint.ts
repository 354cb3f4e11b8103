import { InvalidArgumentError } from "commander";
import { isLoopback } from "../../config/loopback.ts";

/**
 * Parses the URL of an endpoint that receives secrets: https, or http on a loopback address.
 *
 * @returns the URL as normalised by the URL standard
 */
export function parseEndpoint(text: string): string {
  const violation = endpointViolation(text);
  if (violation !== undefined) throw new InvalidArgumentError(`It must ${violation}.`);
  return new URL(text).href;
}

/** The rule that a URL breaks, as the end of a sentence with "must"; undefined: none. */
export function endpointViolation(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "be an absolute URL, such as https://auth.example.com";
  if (url.username !== "" || url.password !== "") return "not contain a username or a password";
  if (url.hash !== "") return "not have a fragment";
  if (url.protocol === "https:") return undefined;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return undefined;
  return "be https (http only on loopback addresses)";
}
