import { InvalidArgumentError } from "commander";
import { isLoopback } from "../../config/loopback.ts";

/**
 * Parses the URL of a server that is sent secrets: https, or http on this machine's loopback addresses.
 *
 * @returns as it is written, but for what the URL standard normalises
 */
export function endpointUrl(text: string): string {
  const fault = endpointFault(text);
  if (fault !== undefined) throw new InvalidArgumentError(`It must ${fault}.`);
  return new URL(text).href;
}

/** Why a URL may not be sent secrets, as the end of a sentence with "must"; undefined: it may. */
export function endpointFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "be an absolute URL, such as https://auth.example.com";
  if (url.username !== "" || url.password !== "") return "have no user name and no password in it";
  if (url.hash !== "") return "have no fragment";
  if (url.protocol === "https:") return undefined;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return undefined;
  return "be https; http is for this machine's own addresses";
}
