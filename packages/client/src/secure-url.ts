import { ClientConfigError } from "./errors.ts";

/**
 * Parses a URL that tokens may be sent to: https, or http on a loopback host, without user information, which `fetch`
 * does not accept.
 *
 * @param allowHttp accepts http on every host
 * @throws ClientConfigError
 */
export function secureUrl(text: string | URL, allowHttp = false): URL {
  // `URL.canParse` is missing in browsers of before 2024.
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {}
  const isHttp =
    url?.protocol === "http:" &&
    (allowHttp || /^(127(\.\d+){3}|\[::1\]|(.*\.)?localhost)$/.test(url.hostname));
  if (url && !url.username && !url.password && (isHttp || url.protocol === "https:")) return url;
  // Only the origin is reported: the rest may contain a password.
  const origin = url?.origin ?? "not a URL";
  throw new ClientConfigError(`A URL must be https (or allowHttp), without password: ${origin}`);
}
