import type { Deps } from "../../deps.ts";
import type { Cause } from "../../errors/causes.ts";
import type { Client } from "../../store/store.ts";
import type { Credentials, EndpointRequest } from "../endpoint-request.ts";

/** What of a request can authenticate a client. */
export type Presented = Pick<EndpointRequest, "credentials" | "address" | "certificate">;

/** Why a client was not authenticated. */
export type RefusalCause = Extract<
  Cause,
  | "client_id_missing"
  | "unknown_client"
  | "public_client_secret"
  | "secret_missing"
  | "wrong_secret"
  | "auth_method_mismatch"
  | "client_assertion_algorithm"
  | "client_assertion_audience"
  | "client_assertion_time"
  | "client_assertion_jti"
  | "client_assertion_signature"
  | "client_assertion_used"
  | "client_keys_unavailable"
  | "certificate_missing"
  | "certificate_not_trusted"
  | "certificate_name_mismatch"
  | "certificate_key_mismatch"
  | "client_disabled"
>;

/** The credentials are the client's. */
export const ACCEPTED = "accepted";

type Verdict = typeof ACCEPTED | RefusalCause;

/**
 * What decides where the client alone does not: it may take long, and use the store and the network.
 *
 * @param isFresh the client was read from the store for this request; otherwise it is as it was cached, and after a
 *   refusal the store's is judged
 * @throws OAuthError instead of slow work, after too many failures
 */
export type LaterVerdict = (deps: Deps, isFresh: boolean) => Promise<Verdict>;

/**
 * One method of client authentication (RFC 6749 §2.3), for the clients that are registered with it. It refuses
 * credentials of other methods: no client is let in by less than it is registered for.
 */
export interface AuthenticationMethod {
  /** Decides at once, if the client as it is suffices. `now` is the store's clock, ms. */
  judge(client: Client, presented: Presented, now: number): Verdict | LaterVerdict;
  /** What is wrong with credentials of this method for any client. `now` is the store's clock, ms. */
  examine?(deps: Deps, credentials: Credentials, now: number): RefusalCause | undefined;
  /** Takes as long as a refusal of such credentials, where there is nothing to compare them with. */
  compareInVain?(deps: Deps, credentials: Credentials): void | Promise<void>;
}
