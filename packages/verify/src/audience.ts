import { parseUrl } from "./parse-url.ts";

/** A scheme and the rest, without a fragment, which a resource identifier must not have (RFC 8707 §2). */
const URI = /^([A-Za-z][A-Za-z0-9+.-]*):([^#\s]*)$/;
/** The longest that is compared otherwise than character by character. */
const MAX_LENGTH = 2048;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/**
 * Whether the `aud` of a token has one of the expected identifiers. They are compared as URIs (RFC 3986 §6.2.2, §6.2.3), as
 * the authorization server compares `resource`: the case of scheme and host, the default port, an empty path, dot segments
 * and needless percent-encoding make no difference. A slash at the end of a path does.
 */
export function isAudience(expected: readonly string[], audience: readonly string[]): boolean {
  return expected.some((own) => audience.some((each) => own === each || isSameUri(own, each)));
}

/** Whether two URIs are the same after normalization (RFC 3986 §6.2.2, §6.2.3). */
export function isSameUri(one: string, other: string): boolean {
  const normalized = normalize(one);
  return normalized !== undefined && normalized === normalize(other);
}

/** The normal form of a URI; undefined: it is none, has a fragment, or is too long. */
function normalize(uri: string): string | undefined {
  if (uri.length > MAX_LENGTH) return undefined;
  const [, named = "", rest] = URI.exec(uri) ?? [];
  if (rest === undefined) return undefined;
  // Of a scheme that it does not know, `URL` resolves dot segments, and reads no `127.1` as an address and no `\` as `/`.
  const url = parseUrl(`x:${decodeUnreserved(rest)}`);
  if (url === undefined) return undefined;
  const scheme = named.toLowerCase();
  // A path such as that of `urn:example:a` is opaque.
  if (url.host !== "") {
    url.hostname = url.hostname.toLowerCase();
    if (url.port === DEFAULT_PORTS[scheme]) url.port = "";
    if (url.pathname === "") url.pathname = "/";
  }
  return scheme + url.href.slice(1);
}

/** RFC 3986 §6.2.2.1 and §6.2.2.2: hex digits in upper case, and unreserved characters as themselves. */
function decodeUnreserved(text: string): string {
  return text.replaceAll(/%[0-9A-Fa-f]{2}/g, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : octet.toUpperCase();
  });
}
