import type { IncomingRequest } from "./preflight.ts";
import { parseUrl } from "./parse-url.ts";

/**
 * The URLs by which the client may have sent a request, without query: the path of the request below each base URL. The
 * `Host` header says nothing: a thief who sends a proof that was made for another host also chooses the header.
 *
 * @param baseUrls without a slash at their end
 * @throws TypeError the request has no `url`
 */
export function requestUrls({ url, originalUrl }: IncomingRequest, baseUrls: readonly string[]): string[] {
  // Express cuts the path of a mounted router off `url`.
  const target = originalUrl ?? url;
  if (target === undefined) throw new TypeError("request.url is required to check a DPoP proof");
  // That of `node:http` is a path; that of fetch, and of a request to a proxy, a whole URL.
  const path = target.startsWith("/") ? target.split(/[?#]/, 1)[0] : parseUrl(target)?.pathname;
  return baseUrls.map((base) => base + (path ?? target));
}
