import { isUnsafeScheme } from "../config/uri-schemes.ts";

/** As `URL` writes a host. RFC 8252 §8.3 advises against `localhost`; clients in the field use it. */
const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];

/** The longest redirect URI, characters. */
const MAX_LENGTH = 2048;

/** Why a client may not have a redirect URI. */
export interface UriViolation {
  /** The end of a sentence that is sent: fixed text, never the URI. */
  message: string;
  /** No client at all should name it. */
  isUnsafe: boolean;
}

/**
 * Why a client may not have this redirect URI; undefined: it may. Accepted are an `https` URL, an `http` one of the
 * loopback interface (RFC 8252 §7.3), and a private-use scheme (§7.1) that does no harm. An operator may register any of
 * those: the redirect URI of an application that is installed on phones cannot be changed.
 *
 * @param schemes of a client that registers itself: its scheme must be one of these, or be named after a domain, such
 *   as `com.example.app:/done` (§8.4), since any program may claim another. Lower case, without a colon
 */
export function redirectUriViolation(uri: string, schemes?: readonly string[]): UriViolation | undefined {
  const url = URL.parse(uri);
  if (url === null || uri.length > MAX_LENGTH || /[^\x21-\x7E]/.test(uri)) {
    return violation("it must be an absolute URI");
  }
  const scheme = url.protocol.slice(0, -1);
  if (isUnsafeScheme(scheme))
    return { message: "its scheme must be https or an application's", isUnsafe: true };
  // RFC 6749 §3.1.2
  if (uri.includes("#")) return violation("it must have no fragment");
  if (url.username !== "" || url.password !== "") {
    return violation("it must have no user name and no password");
  }
  // A browser reads `https:host` as a path of the page that it is on, and `\` as `/`.
  if (/^https?$/.test(scheme) && !/^https?:\/\/[^/\\?#][^\\]*$/i.test(uri)) {
    return violation("it must begin with https:// and a host");
  }
  if (scheme === "https") return undefined;
  if (scheme === "http") {
    const isLoopback = LOOPBACK.includes(url.hostname);
    return isLoopback ? undefined : violation("http is for the loopback addresses only: use https");
  }
  return schemes === undefined || schemes.includes(scheme) || scheme.includes(".")
    ? undefined
    : violation("a scheme of an application must be named after a domain, such as com.example.app");
}

function violation(message: string): UriViolation {
  return { message, isUnsafe: false };
}

/**
 * Whether a requested redirect URI is the registered one: character by character (RFC 9700 §4.1.3), but for the port of
 * a loopback address, which a native application gets from its system (RFC 8252 §7.3).
 */
export function redirectUriMatches(registered: string, requested: string): boolean {
  return registered === requested || withoutLoopbackPort(registered) === withoutLoopbackPort(requested);
}

/** The URI itself, unless it is `http` on a loopback address. */
function withoutLoopbackPort(uri: string): string {
  const [, origin, port, rest] =
    /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(:\d{1,5})?([/?].*)?$/s.exec(uri) ?? [];
  if (origin === undefined || Number(port?.slice(1) ?? 0) > 65_535) return uri;
  return origin + (rest ?? "");
}
