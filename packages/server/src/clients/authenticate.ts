import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { countClientFailure } from "../limits/client-failures.ts";
import { refuseWhile } from "../limits/throttle.ts";
import type { Client } from "../store/store.ts";
import { ACCEPTED } from "./authentication/method.ts";
import type { Presented, RefusalCause } from "./authentication/method.ts";
import { AUTHENTICATION_METHODS } from "./authentication/table.ts";
import { MAX_CLIENT_ID, storedClientId } from "./cimd/client-id-url.ts";
import { refreshClientMetadata } from "./cimd/document-client.ts";
import type { Credentials } from "./endpoint-request.ts";

/** Whom to accept besides enabled clients. */
interface Accepted {
  /** A disabled client with the right credentials. */
  evenDisabled: boolean;
}

const ENABLED: Accepted = { evenDisabled: false };

/** Refusals that compared the credentials with nothing. */
const NOT_COMPARED: ReadonlySet<string> = new Set<RefusalCause>([
  "unknown_client",
  "public_client_secret",
  "secret_missing",
  "auth_method_mismatch",
]);

/**
 * Authenticates a client (RFC 6749 §2.3) by the method that it is registered with. If the cached client does not accept
 * the credentials, the store decides, so that a client or secret that was just created works. An unknown client takes
 * as long as a wrong secret.
 *
 * Credentials are compared before failures are looked at: right ones are never refused for what others got wrong. Only
 * a secret that needs a slow hash is not compared after too many failures.
 *
 * @throws OAuthError `invalid_client`; `invalid_request` with 429 for a failure after too many from this address
 */
export async function authenticateClient(
  deps: Deps,
  presented: Presented,
  accepted: Accepted = ENABLED,
): Promise<Client> {
  const { credentials } = presented;
  const { clientId: named } = credentials;
  if (named === undefined || named.length > MAX_CLIENT_ID) throw refusal(credentials, "client_id_missing");
  const clientId = named.startsWith("https://") ? storedClientId(named) : named;
  const cached = deps.clients.peek(clientId);
  const now = deps.store.now();
  const fault = AUTHENTICATION_METHODS.get(credentials.method)?.examine?.(deps, credentials, now);
  if (fault !== undefined) return refuse(deps, presented, { clientId, client: cached, cause: fault });
  if (cached !== undefined && (cached.disabledAt === null || accepted.evenDisabled)) {
    const method = AUTHENTICATION_METHODS.get(cached.tokenEndpointAuthMethod);
    const verdict = method?.judge(cached, presented, now);
    if (verdict === ACCEPTED) return cached;
    if (typeof verdict === "function" && (await verdict(deps, false)) === ACCEPTED) return cached;
  }
  let client = await deps.clients.read(clientId);
  let verdict = await finalVerdict(deps, client, presented, accepted);
  if (verdict === "auth_method_mismatch" && client !== undefined && client.metadataUri !== null) {
    // Its document may name another method since it was read.
    await refreshClientMetadata(deps, client.metadataUri, presented.address);
    client = await deps.clients.read(clientId);
    verdict = await finalVerdict(deps, client, presented, accepted);
  }
  if (client !== undefined && verdict === ACCEPTED) return client;
  const cause = verdict === ACCEPTED ? "unknown_client" : verdict;
  return refuse(deps, presented, { clientId, client, cause });
}

/**
 * The verdict on a client as the store has it. Credentials are compared in any case, so that every refusal takes as
 * long.
 *
 * @throws OAuthError with 429 instead of a slow hash, after too many failures from this address
 */
async function finalVerdict(
  deps: Deps,
  client: Client | undefined,
  presented: Presented,
  { evenDisabled }: Accepted,
): Promise<typeof ACCEPTED | RefusalCause> {
  const { credentials } = presented;
  const method = client && AUTHENTICATION_METHODS.get(client.tokenEndpointAuthMethod);
  const judged = client && method?.judge(client, presented, deps.store.now());
  const verdict = typeof judged === "function" ? await judged(deps, true) : (judged ?? "unknown_client");
  if (NOT_COMPARED.has(verdict))
    await AUTHENTICATION_METHODS.get(credentials.method)?.compareInVain?.(deps, credentials);
  const isDisabled = verdict === ACCEPTED && client?.disabledAt !== null && !evenDisabled;
  return isDisabled ? "client_disabled" : verdict;
}

/**
 * Counts the failure, records it of a known client, and refuses the request.
 *
 * @throws OAuthError
 */
async function refuse(
  deps: Deps,
  { credentials, address }: Presented,
  { clientId, client, cause }: { clientId: string; client: Client | undefined; cause: RefusalCause },
): Promise<never> {
  // RFC 6749 §2.3.1: protection against brute force. A public client has no secret to guess.
  const isGuess = client?.public !== true || credentials.method === "private_key_jwt";
  const wait = isGuess ? await countClientFailure(deps.throttles.clients, clientId, address()) : 0;
  if (client !== undefined) {
    // Not awaited: the duration of the write would reveal that the client exists.
    deps.store.events
      .record({ type: "client.refused", clientId: client.id, data: { cause } }, { once: 60 })
      .catch((error: unknown) => deps.log.warn({ err: error }, "a refused client could not be recorded"));
  }
  refuseWhile(wait, "too_many_failures");
  throw refusal(credentials, cause);
}

/** RFC 6749 §5.2: the response to a client that used the `Authorization` header MUST name its scheme. */
function refusal({ scheme }: Credentials, cause: RefusalCause): OAuthError {
  return new OAuthError(cause, { challenge: scheme });
}
