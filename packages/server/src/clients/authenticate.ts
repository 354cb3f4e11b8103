import type { Deps } from "../deps.ts";
import type { Cause } from "../errors/causes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { countClientFailure } from "../limits/client-failures.ts";
import { refuseWhile } from "../limits/throttle.ts";
import type { Client } from "../store/store.ts";
import { MAX_CLIENT_ID, storedClientId } from "./cimd/client-id-url.ts";
import type { Credentials, EndpointRequest } from "./endpoint-request.ts";
import { isImportedSecret } from "./imported-secret.ts";
import { secretMatches } from "./secret.ts";

type RefusalCause = Extract<
  Cause,
  | "client_id_missing"
  | "unknown_client"
  | "public_client_secret"
  | "secret_missing"
  | "wrong_secret"
  | "client_disabled"
>;

/** Whom to accept besides enabled clients. */
interface Accepted {
  /** A disabled client with the right credentials. */
  evenDisabled: boolean;
}

const ENABLED: Accepted = { evenDisabled: false };

/**
 * Authenticates a client (RFC 6749 §2.3). If the cached client does not accept the credentials, the store decides, so
 * that a client or secret that was just created works. An unknown client takes as long as a wrong secret.
 *
 * Credentials are compared before failures are looked at: right ones are never refused for what others got wrong. Only
 * a secret that needs a slow hash is not compared after too many failures.
 *
 * @throws OAuthError `invalid_client`; `invalid_request` with 429 for a failure after too many from this address
 */
export async function authenticateClient(
  deps: Deps,
  { credentials, address }: Pick<EndpointRequest, "credentials" | "address">,
  accepted: Accepted = ENABLED,
): Promise<Client> {
  const { clientId: named } = credentials;
  if (named === undefined || named.length > MAX_CLIENT_ID) throw refusal(credentials, "client_id_missing");
  const clientId = named.startsWith("https://") ? storedClientId(named) : named;
  const cached = deps.clients.peek(clientId);
  const now = deps.store.now();
  if (cached !== undefined && refusedBecause(cached, credentials, now, accepted) === undefined) return cached;

  const client = await deps.clients.read(clientId);
  const cause = await finallyRefusedBecause(deps, client, { credentials, address }, accepted);
  if (client !== undefined && cause === undefined) return client;
  await countFailure(deps, { clientId, client, cause: cause ?? "unknown_client", address: address() });
  throw refusal(credentials, cause ?? "unknown_client");
}

/** Undefined: the credentials are right. The secret is always compared, so that every refusal takes as long. */
function refusedBecause(
  client: Client | undefined,
  credentials: Credentials,
  now: number,
  { evenDisabled }: Accepted,
): RefusalCause | undefined {
  const secret = credentials.method === "none" ? "" : credentials.secret;
  const matches = secretMatches(client, secret, now);
  if (client === undefined) return "unknown_client";
  if (client.public) {
    const isNeedless = credentials.method !== "none" && credentials.ignoredOfPublicClient !== true;
    if (isNeedless) return "public_client_secret";
  } else {
    if (credentials.method === "none") return "secret_missing";
    if (!matches) return "wrong_secret";
  }
  return client.disabledAt === null || evenDisabled ? undefined : "client_disabled";
}

/**
 * As `refusedBecause`, with the slow hashes of imported secrets. Only for a client that was just read from the store.
 *
 * @throws OAuthError with 429 instead of a slow hash, after too many failures from this address
 */
async function finallyRefusedBecause(
  deps: Deps,
  client: Client | undefined,
  { credentials, address }: Pick<EndpointRequest, "credentials" | "address">,
  accepted: Accepted,
): Promise<RefusalCause | undefined> {
  const cause = refusedBecause(client, credentials, deps.store.now(), accepted);
  if (client === undefined || cause !== "wrong_secret" || credentials.method === "none") return cause;
  if (!(await isImportedSecret(deps, client, credentials.secret, address()))) return cause;
  return client.disabledAt === null || accepted.evenDisabled ? undefined : "client_disabled";
}

async function countFailure(
  deps: Deps,
  failure: { clientId: string; client: Client | undefined; cause: RefusalCause; address: string },
): Promise<void> {
  const { clientId, client, cause, address } = failure;
  // RFC 6749 §2.3.1: protection against brute force. A public client has nothing to guess.
  const isGuess = client?.public !== true;
  const wait = isGuess ? await countClientFailure(deps.throttles.clients, clientId, address) : 0;
  if (client !== undefined) {
    // Not awaited: the duration of the write would reveal that the client exists.
    deps.store.events
      .record({ type: "client.refused", clientId: client.id, data: { cause } }, { once: 60 })
      .catch((error: unknown) => deps.log.warn({ err: error }, "a refused client could not be recorded"));
  }
  refuseWhile(wait, "too_many_failures");
}

/** RFC 6749 §5.2: the response to a client that used the `Authorization` header MUST name its scheme. */
function refusal({ scheme }: Credentials, cause: RefusalCause): OAuthError {
  return new OAuthError(cause, { challenge: scheme });
}
