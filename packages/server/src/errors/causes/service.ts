import type { CauseSpec } from "../codes.ts";

/** One text for every throttle of requests. RFC 6749 §5.2 has no code for it; RFC 6585 §4 has the status. */
const TOO_MANY_REQUESTS = {
  code: "invalid_request",
  status: 429,
  description: "Too many requests. Try again later.",
} as const;
/** A database that is needed does not respond: the client should retry, which also repairs a response that was lost. */
const BUSY = {
  code: "temporarily_unavailable",
  retryAfter: 1,
  description: "The service is busy. Try again.",
} as const;
/** More waits for something than may. */
const QUEUE_FULL = {
  code: "temporarily_unavailable",
  retryAfter: 1,
  description: "Too many requests are waiting. Try again later.",
} as const;
/** An outage says nothing of the password, so it is never `invalid_grant`. */
const PASSWORDS_UNAVAILABLE = {
  code: "temporarily_unavailable",
  retryAfter: 5,
  description: "Passwords cannot be checked at the moment. Try again later.",
} as const;

/** Limits, overload and failures of the service itself. */
export const SERVICE_CAUSES = {
  // Throttles, each with `Retry-After`.
  too_many_failures: {
    code: "invalid_request",
    status: 429,
    description: "Too many failed attempts. Try again later.",
    meaning:
      "Wrong secrets, passwords or legacy tokens from one address: see the settings of the attempt limits.",
  },
  too_many_device_requests: {
    ...TOO_MANY_REQUESTS,
    meaning:
      "`deviceRequestsPerMinute` device authorization requests of public clients from one network within a minute.",
  },
  too_many_user_codes: {
    ...TOO_MANY_REQUESTS,
    meaning:
      "`userCodeFailuresPerMinute` wrong user codes by one user, or ten times as many from one network, within a minute.",
  },
  too_many_registrations: {
    ...TOO_MANY_REQUESTS,
    meaning:
      "`registrationsPerMinute` registrations from one network or with one registration token, or updates of one client, within a minute.",
  },
  too_many_metadata_documents: {
    ...TOO_MANY_REQUESTS,
    meaning: "`registrationsPerMinute` client ID metadata documents fetched for one network within a minute.",
  },
  too_many_pushed_requests: {
    ...TOO_MANY_REQUESTS,
    meaning: "60 pushed authorization requests of public clients from one network within a minute.",
  },
  too_many_explanations: {
    ...TOO_MANY_REQUESTS,
    meaning: "60 explanations of refresh tokens for one client from one network within a minute.",
  },
  // Databases.
  store_busy: { ...BUSY, meaning: "The database did not answer in time, or cannot be reached. Check it." },
  laravel_not_read: {
    ...BUSY,
    meaning:
      "Laravel's database did not respond within 5 s, or cannot be read: users, or refresh tokens that no import has " +
      "seen. Check it, and the account used.",
  },
  laravel_not_written: {
    ...BUSY,
    meaning:
      "Laravel's database did not respond within 5 s, or cannot be written, which the rollback needs. Check it, and " +
      "the account used.",
  },
  laravel_queue_full: {
    ...BUSY,
    meaning:
      "512 requests are waiting for Laravel's database: it is too slow for the load, or does not respond.",
  },
  signature_failed: {
    ...BUSY,
    meaning:
      "An access token could not be signed: a key that cannot be used, or no memory. The log line has the error.",
  },
  // Checks of passwords and secrets.
  password_queue_full: {
    ...QUEUE_FULL,
    meaning: "64 password or secret checks are waiting: more load than the CPU can take.",
  },
  metadata_documents_busy: {
    ...QUEUE_FULL,
    meaning: "Too many client ID metadata documents are being fetched: 64 in all, or 8 from one domain.",
  },
  account_service_failed: {
    ...PASSWORDS_UNAVAILABLE,
    meaning:
      "Your account service, or the function `accounts` of an embedding program, did not answer usably; `detail` is " +
      "`unreachable`, `timeout`, `status`, `malformed` or `threw`.",
  },
  account_service_suspended: {
    ...PASSWORDS_UNAVAILABLE,
    meaning:
      "Your account service is not called for some seconds, after failures in a row or with too many calls open.",
  },
  account_service_queue_full: {
    ...PASSWORDS_UNAVAILABLE,
    meaning: "Too many passwords of one user name wait for your account service.",
  },
  unexpected: {
    code: "server_error",
    description: "The server met an unexpected condition. Try again later.",
    meaning: "A bug or a broken installation. The log line has the error.",
  },
  issuer_keys_unreachable: {
    code: "temporarily_unavailable",
    retryAfter: 30,
    description: "The keys of the issuer cannot be read at the moment. Try again later.",
    meaning:
      "Neither the issuer's discovery document nor its JWKS could be fetched. A host at a private address needs `jwksUri`.",
  },
} as const satisfies Record<string, CauseSpec>;
