import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admin } from "./admin/admin.ts";
import type { IssueRequest } from "./admin/grants/issue.ts";
import type { Login } from "./host-login.ts";
import type { TokenResponseBody } from "./http/responses.ts";
import type { GivenSource } from "./http/source-of-request.ts";
import type { RegrantOptions } from "./regrant-options.ts";

/** An opened token service, which a program mounts where it likes. */
export interface Regrant {
  /**
   * Responds to a request, whether or not the host has stripped the path that the service is mounted at. Errors are
   * responses too.
   */
  readonly fetch: (request: Request, env?: unknown) => Promise<Response>;
  /** The same as a `node:http` request listener, for Express, Fastify or a plain server; no body parser before it. */
  readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  /**
   * Issues a grant for a subject that the host has authenticated, and returns its first tokens as the token endpoint
   * would (RFC 6749 §5.1). `scope` is space-separated; by default all that the client may have.
   *
   * @throws AdminError `not_found`: no such client; `not_allowed`: the client or the account is disabled, the scope
   *   exceeds what the client may have, or the client may not use refresh_token; `invalid`: the subject is empty
   */
  issue(request: IssueRequest): Promise<TokenResponseBody>;
  /** The operations of administration, as the command line has them; their actor is `host` unless a call names one. */
  readonly admin: Admin;
  /** The operations of the host's own login page, which `loginUrl` names. */
  readonly login: Login;
  /**
   * Runs `work`, and what it awaits, on behalf of a request of the host's own: the events of what it does through `admin`,
   * `issue` and `login` name the request's address, user agent and id. `fetch` and `listener` do so by themselves.
   */
  runFrom<T>(source: GivenSource, work: () => T): T;
  /** Metrics in the Prometheus text format, for the program to serve where it likes. */
  metrics(): Promise<string>;
  /** Stops the maintenance and closes the database. Requests in flight must have their response before. */
  close(): Promise<void>;
}

/**
 * Opens a token service to mount in a program of yours.
 *
 * @throws ConfigError with every violation of the options; Error if the database cannot be opened
 */
export async function createRegrant(options: RegrantOptions): Promise<Regrant> {
  // Loaded here: an older Node.js, on which it does not link, has been refused by `node-version.ts`.
  const { openRegrant } = await import("./open-regrant.ts");
  const { regrant } = await openRegrant(options);
  return regrant;
}
