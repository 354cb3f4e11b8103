import { ClientConfigError } from "./errors.ts";

/**
 * Parses a URL that tokens may be sent to: https, or http on a loopback host, without user information, which `fetch`
 * does not accept.
 *
 * @throws ClientConfigError
 */
export function secureUrl(text: string | URL): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback =
    url?.protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(url.hostname);
  if (url && !url.username && !url.password && (isLoopback || url.protocol === "https:")) return url;
  // Only the origin is reported: the rest may contain a password.
  const origin = url?.origin ?? "not a URL";
  throw new ClientConfigError(`A URL must be https (http only on loopback) without a password: ${origin}`);
}
