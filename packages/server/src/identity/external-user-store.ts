import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "../limits/network.ts";
import { throttlePassword } from "../limits/password-attempts.ts";
import type { PasswordThrottle } from "../limits/password-attempts.ts";
import { QueueByKey, QueueFullError } from "../limits/queue.ts";
import type { Log } from "../log.ts";
import { AccountServiceError } from "./account-service.ts";
import type { AccountServiceResponse } from "./account-service.ts";
import { Circuit, CircuitOpenError } from "./circuit.ts";
import type { UserCredentials, UserStore } from "./user-store.ts";

/** What a store of accounts that are not Regrant's works with. */
export interface ExternalUserStoreDeps {
  throttle: PasswordThrottle;
  log: Pick<Log, "warn">;
}

/** Asks whose username and password these are; rejects with AccountServiceError if there is no usable answer. */
type AskAccounts = (question: UserCredentials) => Promise<AccountServiceResponse>;

/** `pause` in ms. */
const CIRCUIT = { failures: 5, pause: 5000, maxCalls: 64 };
/** Attempts of one username that may wait while another is checked: one at a time, so that each is counted. */
const WAITING_PER_USERNAME = 8;
/** Of the calls at a time, those that one network may cause, and how many more of its attempts may wait. */
const PER_NETWORK = { calls: 32, waiting: 64 };

type Verdict = Extract<AccountServiceResponse, { outcome: "accepted" }> & { cause?: undefined };
type Refusal = { cause: "account_service_refused" };

/**
 * The users of accounts that are not Regrant's. Failures are throttled here, and an outage of the accounts suspends the
 * calls to them.
 */
export function externalUserStore(ask: AskAccounts, { throttle, log }: ExternalUserStoreDeps): UserStore {
  const circuit = new Circuit(CIRCUIT);
  const usernames = new QueueByKey(1, WAITING_PER_USERNAME);
  const networks = new QueueByKey(PER_NETWORK.calls, PER_NETWORK.waiting);

  async function inTurn<T>(username: string, address: string, job: () => Promise<T>): Promise<T> {
    try {
      return await networks.run(network(address), () =>
        usernames.run(username.normalize("NFC").toLowerCase(), job),
      );
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async function check(question: UserCredentials): Promise<Verdict | Refusal> {
    try {
      const answer = await circuit.run(() => ask(question));
      return answer.outcome === "accepted" ? answer : { cause: "account_service_refused" };
    } catch (error) {
      if (error instanceof AccountServiceError) {
        log.warn({ reason: error.reason, err: error }, "the account service could not be asked");
      }
      throw toUnavailable(error);
    }
  }

  return {
    async authenticate({ address, ...credentials }) {
      const username = credentials.username.trim();
      const verdict = await throttlePassword<Verdict | Refusal>(
        throttle,
        { username, address },
        (job) => inTurn(username, address, job),
        () => check({ ...credentials, username, address }),
      );
      if (verdict.cause !== undefined) throw new OAuthError(verdict.cause);
      // What the user typed may hold control characters.
      return { subject: verdict.subject, name: verdict.claims?.name ?? username.replaceAll(/\p{Cc}/gu, "") };
    },
  };
}

/** An outage is never reported as a wrong password, as it says nothing of the password. */
function toUnavailable(error: unknown): unknown {
  const cause = error;
  if (error instanceof AccountServiceError) {
    return new OAuthError("account_service_failed", { detail: error.reason, cause });
  }
  if (error instanceof CircuitOpenError) {
    return new OAuthError("account_service_suspended", { retryAfter: error.retryAfter, cause });
  }
  if (error instanceof QueueFullError) {
    return new OAuthError("account_service_queue_full", { retryAfter: error.retryAfter, cause });
  }
  return error;
}
