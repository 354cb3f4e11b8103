/** How to reach one of the servers: a URL with a single host. */
export type ServerUrl = string;

/**
 * The servers that a `postgres://` URL names. Several hosts stand before the path, separated by commas, each with its
 * own port if it has one (as in libpq): `postgres://user:password@one:5432,two:5433/regrant`.
 *
 * @throws {TypeError} if the URL cannot be read; the message quotes nothing of it
 */
export function serversOf(url: string): readonly [ServerUrl, ...ServerUrl[]] {
  const [, scheme, authority = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)/s.exec(url) ?? [];
  if (scheme === undefined) throw new TypeError("a PostgreSQL URL starts with postgres://");
  const at = authority.lastIndexOf("@");
  const credentials = authority.slice(0, at + 1);
  const [first = "", ...others] = authority.slice(at + 1).split(",");
  const server = (host: string): ServerUrl => {
    const one = `${scheme}${credentials}${host}${rest}`;
    if (host !== "" && !URL.canParse(one)) throw new TypeError("the PostgreSQL URL cannot be read");
    return one;
  };
  return [server(first), ...others.map(server)];
}

/** `host:port` of one server, for messages. */
export function hostOf(server: ServerUrl): string {
  const url = URL.parse(server);
  return url === null || url.host === "" ? "the local server" : url.host;
}
