import { currentSource } from "../request-source.ts";
import { storedClientId } from "../clients/cimd/client-id-url.ts";
import type { Deps } from "../deps.ts";
import type { OAuthError } from "../errors/oauth-error.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Logs a refused or failed request with its cause: 4xx at `info`, 5xx at `error`. Of the request itself, the line has
 * the endpoint, the client id, its source, and the grant that a genuine token names, so it never contains a secret.
 */
export function logRefusal(
  { log, clients }: Pick<Deps, "log" | "clients">,
  error: OAuthError,
  request: { endpoint: string; clientId: string | undefined; address: string },
): void {
  const { endpoint, clientId, address } = request;
  const { code, status, causeName, parameter, violation, detail, grantId: grant_id } = error;
  const client_id = loggable(clients, clientId);
  const why = { cause: causeName, parameter, violation, detail };
  const { userAgent: user_agent, requestId: request_id } = currentSource() ?? {};
  const source = { address, user_agent, request_id };
  const line = { endpoint, client_id, grant_id, ...source, status, error: code, ...why };
  // RFC 8628 §3.5: a device polls every few seconds until the user has decided; RFC 9449 §8: a client asks for a nonce.
  const isUsual = code === "authorization_pending" || code === "slow_down" || code === "use_dpop_nonce";
  if (isUsual) log.debug(line, "refused");
  else if (status < 500) log.info(line, "refused");
  else log.error({ ...line, err: error.cause }, "failed");
}

/**
 * The client id that a request sent, if it is a known client's or a UUID: some programs send a secret as `client_id`,
 * which must not be logged.
 */
export function loggable(clients: Deps["clients"], clientId: string | undefined): string | undefined {
  const known =
    clientId !== undefined && (clients.peek(storedClientId(clientId)) !== undefined || UUID.test(clientId));
  return known ? clientId : undefined;
}
