const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];

/**
 * Of applications in the field, MCP clients among them, whose scheme names no domain. Known ones are let through: a list of
 * those that do harm, from `javascript:` to what a system starts programs by, would never be complete.
 */
const APPLICATIONS = ["cursor:", "vscode:", "vscode-insiders:", "windsurf:"];

/** The longest that is registered or looked at. */
const MAX_LENGTH = 2048;

/**
 * Why a client may not have this redirect URI, as the end of a sentence; undefined: it may. An `https` URL, an `http` one
 * of this machine alone (RFC 8252 §7.3), or a private-use scheme named after a domain, such as `com.example.app:/done`
 * (§7.1), or of a known application; so neither `javascript:` nor the like.
 */
export function redirectUriViolation(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (url === null || uri.length > MAX_LENGTH || /[^\x21-\x7E]/.test(uri))
    return "it must be an absolute URI";
  // RFC 6749 §3.1.2
  if (uri.includes("#")) return "it must have no fragment";
  if (url.username !== "" || url.password !== "") return "it must have no user name and no password";
  if (url.protocol === "https:") return undefined;
  if (url.protocol === "http:") {
    return LOOPBACK.includes(url.hostname) ? undefined : "http is for the loopback addresses only: use https";
  }
  return url.protocol.includes(".") || APPLICATIONS.includes(url.protocol)
    ? undefined
    : "a scheme of an application must be named after a domain, such as com.example.app";
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
