import type { FailureStore } from "../store/store.ts";
import { QueueByKey } from "./queue.ts";
import { Throttle } from "./throttle.ts";
import type { ThrottleCause, ThrottleLoad } from "./throttle.ts";
import { UsernameThrottle } from "./username-throttle.ts";
import type { UsernameLimits } from "./username-throttle.ts";

/** Everything that is limited, each by network unless it says otherwise. */
export interface Throttles {
  /** Failed client authentications; keys by `clientKey`. */
  readonly clients: Throttle;
  /** Legacy refresh tokens that did not open and cost a slow derivation; keys by `clientKey`. */
  readonly legacyTokens: Throttle;
  readonly usernames: UsernameThrottle;
  /** Pushed authorization requests in the name of public clients. */
  readonly pushedRequests: Throttle;
  readonly deviceRequests: Throttle;
  /** Explanations of refresh tokens; keys by `clientKey`. */
  readonly explanations: Throttle;
  /** Wrong user codes, by subject. */
  readonly userCodes: Throttle;
  /** Wrong user codes of all subjects at one network. */
  readonly userCodesOfNetwork: Throttle;
  /**
   * One look-up of a user code at a time of a subject, and of those one at a time of a network, so that each wrong code is
   * counted before the next is looked up.
   */
  readonly userCodeTurns: { readonly subjects: QueueByKey; readonly networks: QueueByKey };
  readonly registrations: Throttle;
  /** Changes of registrations, by client. */
  readonly registrationUpdates: Throttle;
  /** Fetches of client metadata documents, by the network that named them. */
  readonly metadataDocuments: Throttle;
  /** Requests for Global Token Revocation whose token was refused. */
  readonly revocationTokens: Throttle;
  /** Requests for verification events, by stream. */
  readonly verifications: Throttle;
}

/** By the names of the settings. */
interface RateLimits extends UsernameLimits {
  clientFailuresPerMinute: number;
  deviceRequestsPerMinute: number;
  userCodeFailuresPerMinute: number;
  registrationsPerMinute: number;
}

const PUSHED_REQUESTS_PER_MINUTE = 60;
const EXPLANATIONS_PER_MINUTE = 60;
/** A stream's `min_verification_interval` is 10 s. */
const VERIFICATIONS_PER_MINUTE = 6;
/** People behind one address do not wait for one of them. */
const SUBJECTS_PER_NETWORK = 10;

/** @param shared where several nodes count together; null: this process alone */
export function createThrottles(limits: RateLimits, shared: FailureStore | null): Throttles {
  const throttle = (perMinute: number, cause: ThrottleCause, name?: string): Throttle =>
    new Throttle({ cause, name, perMinute, shared });
  const { clientFailuresPerMinute, registrationsPerMinute } = limits;
  return {
    clients: throttle(clientFailuresPerMinute, "too_many_failures", "client"),
    legacyTokens: throttle(clientFailuresPerMinute, "too_many_failures", "legacy token"),
    usernames: new UsernameThrottle(limits, shared),
    pushedRequests: throttle(PUSHED_REQUESTS_PER_MINUTE, "too_many_pushed_requests"),
    // In this process alone: an explanation writes nothing.
    explanations: new Throttle({
      cause: "too_many_explanations",
      perMinute: EXPLANATIONS_PER_MINUTE,
      shared: null,
    }),
    deviceRequests: throttle(limits.deviceRequestsPerMinute, "too_many_device_requests"),
    userCodes: throttle(limits.userCodeFailuresPerMinute, "too_many_user_codes"),
    userCodesOfNetwork: throttle(
      limits.userCodeFailuresPerMinute * SUBJECTS_PER_NETWORK,
      "too_many_user_codes",
      "user codes of network",
    ),
    // How many more may wait: a user types one code at a time.
    userCodeTurns: { subjects: new QueueByKey(1, 8), networks: new QueueByKey(1, 64) },
    registrations: throttle(registrationsPerMinute, "too_many_registrations"),
    registrationUpdates: throttle(registrationsPerMinute, "too_many_registrations", "registration update"),
    metadataDocuments: throttle(registrationsPerMinute, "too_many_metadata_documents"),
    revocationTokens: throttle(clientFailuresPerMinute, "too_many_failures", "revocation token"),
    verifications: throttle(VERIFICATIONS_PER_MINUTE, "too_many_verifications"),
  };
}

/** What each throttle has in memory, by its name. */
export function throttleLoads({ usernames, ...others }: Throttles): Record<string, ThrottleLoad> {
  const all = { ...others, ...usernames.throttles };
  const loads = Object.entries(all).flatMap(([name, throttle]) =>
    throttle instanceof Throttle ? [[snakeCase(name), throttle.load()] as const] : [],
  );
  return Object.fromEntries(loads);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
