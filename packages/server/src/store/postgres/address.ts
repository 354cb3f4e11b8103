import { LENT_SESSIONS, OWN_SESSIONS } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";

/** How to reach one of the servers: a URL with a single host. */
export type ServerUrl = string;

/** Where the database is, and whose sessions its connections have. */
export interface DatabaseAddress {
  readonly servers: readonly [ServerUrl, ...ServerUrl[]];
  readonly sessions: Sessions;
}

/**
 * The servers that a `postgres://` URL names. Several hosts stand before the path, separated by commas, each with its
 * own port if it has one (as in libpq): `postgres://user:password@one:5432,two:5433/regrant`. With
 * `?pooler=transaction`, their sessions are lent by a pooler.
 *
 * @throws {TypeError} if the URL cannot be read; the message quotes nothing of it
 */
export function addressOf(url: string): DatabaseAddress {
  const [, scheme, authority = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)/s.exec(url) ?? [];
  if (scheme === undefined) throw new TypeError("a PostgreSQL URL starts with postgres://");
  const at = authority.lastIndexOf("@");
  const credentials = authority.slice(0, at + 1);
  const [first = "", ...others] = authority.slice(at + 1).split(",");
  const server = (host: string): ServerUrl => {
    const one = `${scheme}${credentials}${host}${rest}`;
    if (!URL.canParse(one)) throw new TypeError("the PostgreSQL URL cannot be read");
    return one;
  };
  const servers = [server(first), ...others.map(server)] as const;
  const isLent = new URL(servers[0]).searchParams.get("pooler") === "transaction";
  return { servers, sessions: isLent ? LENT_SESSIONS : OWN_SESSIONS };
}

/** What traces say of the database: its name, and host and port if it is one server that is reached by TCP. */
export function placeOf({ servers }: DatabaseAddress): { name: string; host?: string; port?: number } {
  const { pathname, hostname, port } = new URL(servers[0]);
  const name = pathname.slice(1);
  if (servers.length > 1 || hostname === "") return { name };
  return { name, host: hostname, port: Number(port) || 5432 };
}
