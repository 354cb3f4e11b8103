import { ClientConfigError } from "./errors.ts";

/**
 * https, or http within the machine: on the way of anything else, tokens can be read. `fetch` takes no URL with a user
 * name or a password in it.
 */
export function secureUrl(given: string | URL): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isLocal =
    url?.protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/.test(url.hostname);
  if (url && !url.username && !url.password && (isLocal || url.protocol === "https:")) return url;
  // The whole of it may hold a password.
  const told = url?.origin ?? "no URL";
  throw new ClientConfigError(`Neither https nor http on a loopback host, or with a password: ${told}`);
}
