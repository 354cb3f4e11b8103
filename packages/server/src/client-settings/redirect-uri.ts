/** As `URL` writes a host. RFC 8252 §8.3 advises against `localhost`; clients in the field use it. */
const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];

/**
 * Schemes of applications in the field, MCP clients among them, that name no domain. Known ones are accepted: a list of
 * those that do harm, from `javascript:` to what a system starts programs by, would never be complete.
 */
const APPLICATIONS = ["cursor:", "vscode:", "vscode-insiders:", "windsurf:"];

/** The longest redirect URI, characters. */
const MAX_LENGTH = 2048;

/**
 * Why a client may not have this redirect URI; undefined: it may. Accepted are an `https` URL, an `http` one of the
 * loopback interface (RFC 8252 §7.3), and a private-use scheme named after a domain, such as `com.example.app:/done`
 * (§7.1), or of a known application.
 *
 * @returns the end of a sentence that is sent: fixed text, never the URI
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
