import { ClientConfigError } from "./errors.ts";

/** https, or http within the machine: on the way of anything else, tokens can be read. */
export function secureUrl(given: string | URL): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isLocal =
    url?.protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(url.hostname);
  if (url && (isLocal || url.protocol === "https:")) return url;
  // The whole of it may hold a password.
  throw new ClientConfigError(`Not https, nor http on a loopback host: ${url?.origin ?? "no URL"}`);
}
