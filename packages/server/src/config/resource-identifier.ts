/** A scheme and the rest, without a fragment, which a resource identifier must not have (RFC 8707 §2). */
const URI = /^([A-Za-z][A-Za-z0-9+.-]*):([^#]*)$/;
/** The longest that is compared otherwise than character by character. */
const MAX_LENGTH = 2048;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/**
 * Whether two resource identifiers are the same URI by RFC 3986 §6.2.2 and §6.2.3: the case of scheme and host, the default
 * port, an empty path, dot segments and needless percent-encoding make no difference. A slash at the end of a path does.
 * null is the client's own audience.
 */
export function sameResource(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  if (one === null || other === null) return false;
  const normalized = normalize(one);
  return normalized !== undefined && normalized === normalize(other);
}

/** The spelling in which a list has a resource, an identical one first. Undefined: the list does not have it. */
export function findResource(list: readonly string[], resource: string): string | undefined {
  return list.find((each) => each === resource) ?? list.find((each) => sameResource(each, resource));
}

/** The normal form of a URI; undefined: it is none, has a fragment, or is too long. */
function normalize(uri: string): string | undefined {
  if (uri.length > MAX_LENGTH) return undefined;
  const [, named = "", rest] = URI.exec(uri) ?? [];
  if (rest === undefined) return undefined;
  const scheme = named.toLowerCase();
  const [hierarchy, query] = splitBefore("?", rest);
  const end = decodeUnreserved(query);
  // A path such as that of `urn:example:a` has no segments.
  if (!hierarchy.startsWith("//")) return `${scheme}:${decodeUnreserved(hierarchy)}${end}`;
  const [authority, path] = splitBefore("/", hierarchy.slice(2));
  const normalPath = withoutDotSegments(decodeUnreserved(path)) || "/";
  return `${scheme}://${normalAuthority(scheme, authority)}${normalPath}${end}`;
}

/** Splits a text before the first of a character; the second part is empty if there is none. */
function splitBefore(character: string, text: string): [before: string, rest: string] {
  const index = text.indexOf(character);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index)];
}

function normalAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf("@") + 1;
  const [host, port] = splitPort(decodeUnreserved(authority.slice(at)).toLowerCase());
  const isDefault = port === undefined || port === "" || port === DEFAULT_PORTS[scheme];
  return authority.slice(0, at) + host + (isDefault ? "" : `:${port}`);
}

/** A colon inside the brackets of an IPv6 address is not before a port. */
function splitPort(host: string): [host: string, port?: string] {
  const colon = host.lastIndexOf(":");
  const digits = host.slice(colon + 1);
  return colon === -1 || /\D/.test(digits) ? [host] : [host.slice(0, colon), digits];
}

/** RFC 3986 §6.2.2.1 and §6.2.2.2: hex digits in upper case, and unreserved characters as themselves. */
function decodeUnreserved(text: string): string {
  return text.replaceAll(/%[0-9A-Fa-f]{2}/g, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : octet.toUpperCase();
  });
}

/** RFC 3986 §5.2.4, of a path that is empty or begins with a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
    } else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  return (last === "." || last === ".." ? [...kept, ""] : kept).join("/");
}
