import type { CauseSpec } from "../codes.ts";

/** One text for tokens that were never issued here, or never to this client (RFC 6749 §5.2). */
const INVALID = {
  code: "invalid_grant",
  reason: "invalid",
  description: "The refresh token is invalid.",
} as const;
/**
 * `error_reason` may tell these from an invalid token: the MAC is right, so the client learns of its own token alone.
 */
const EXPIRED = {
  code: "invalid_grant",
  reason: "expired",
  description: "The refresh token has expired.",
} as const;
const REUSED = {
  code: "invalid_grant",
  reason: "reused",
  description: "The refresh token has already been used.",
} as const;

/** One text for every refusal of a code: it must not help to find a better one. */
const CODE_REFUSED = {
  code: "invalid_grant",
  description: "The authorization code is invalid, has expired, or was issued for another request.",
} as const;
const DEVICE_CODE_REFUSED = {
  code: "invalid_grant",
  description: "The device code is invalid, was used, or was issued to another client.",
} as const;

/** One text for an unknown user, a wrong password and a disabled account: it must not tell which user names exist. */
const WRONG_PASSWORD = {
  code: "invalid_grant",
  description: "The username or the password is wrong.",
} as const;

/** A refresh token that is refused; the outcomes of the store's `decide`, and `forged`. */
export const REFRESH_CAUSES = {
  forged: {
    ...INVALID,
    meaning:
      "Not a token of this service: its MAC does not fit, or its key is not trusted. The store is not asked.",
  },
  unknown: {
    ...INVALID,
    meaning: "The grant does not exist (any more), or the token is not this grant's.",
  },
  client_mismatch: {
    ...INVALID,
    meaning: "The token was issued to another client. An event of the grant names both.",
  },
  binding_mismatch: {
    ...INVALID,
    meaning:
      "The request does not prove possession of the key that the grant is bound to. Nothing is spent and nothing ends.",
  },
  generation_ahead: {
    ...INVALID,
    meaning:
      "The token is newer than the grant's row: the store lost writes, and the client's policy is `reject`.",
  },
  revoked: {
    code: "invalid_grant",
    reason: "revoked",
    description: "The refresh token has been revoked.",
    meaning: "The grant is revoked. `npx regrant grant explain` says when and by whom.",
  },
  expired: {
    ...EXPIRED,
    meaning: "The grant's idle or absolute lifetime is over.",
  },
  // The generation is a uint32; the client has to sign in again, as after an expiry.
  exhausted: {
    ...EXPIRED,
    meaning: "The grant has reached its last generation (4,294,967,295 rotations).",
  },
  reused: {
    ...REUSED,
    meaning:
      "A spent token outside the retry window: possibly stolen. `npx regrant grant explain` shows the history.",
  },
  concurrent_use: {
    ...REUSED,
    meaning: "Two holders have kept retrying the same grant, and the client's policy is `revoke`.",
  },
} as const satisfies Record<string, CauseSpec>;

/** Authorization codes (RFC 6749 §4.1.3); the outcomes of the store's `redeem`. */
export const CODE_CAUSES = {
  unknown_code: {
    ...CODE_REFUSED,
    meaning: "No such authorization code exists, or it was deleted after its expiry.",
  },
  code_client_mismatch: { ...CODE_REFUSED, meaning: "The authorization code was issued to another client." },
  // RFC 6749 §4.1.3
  redirect_uri_mismatch: {
    ...CODE_REFUSED,
    meaning: "The `redirect_uri` is not the one of the authorization request (RFC 6749 section 4.1.3).",
  },
  code_verifier_mismatch: {
    ...CODE_REFUSED,
    meaning: "The `code_verifier` is absent or does not fit the `code_challenge` (RFC 7636 section 4.6).",
  },
  code_binding_mismatch: {
    ...CODE_REFUSED,
    meaning:
      "The request does not prove the key that the authorization request named (RFC 9449 section 10). The code is not spent.",
  },
  code_reused: {
    ...CODE_REFUSED,
    meaning: "The authorization code was redeemed before: its grant is revoked (RFC 6749 section 4.1.2).",
  },
  code_expired: { ...CODE_REFUSED, meaning: "The authorization code is older than 60 seconds." },
  code_client_disabled: { ...CODE_REFUSED, meaning: "The client was disabled after the code was issued." },
  code_account_disabled: { ...CODE_REFUSED, meaning: "The account was disabled after the code was issued." },
} as const satisfies Record<string, CauseSpec>;

/** Device codes (RFC 8628 §3.5); the outcomes of the store's `poll`. */
export const DEVICE_CAUSES = {
  authorization_pending: {
    code: "authorization_pending",
    description: "The user has not completed authorization yet.",
    meaning: "Normal while a device waits for its user. Logged at level `debug`.",
  },
  slow_down: {
    code: "slow_down",
    description: "The device polls too often. Increase the interval by 5 seconds.",
    meaning: "The device polled before its interval had passed. Logged at level `debug`.",
  },
  device_denied: {
    code: "access_denied",
    status: 400,
    description: "The user denied the request.",
    meaning: "The user denied the device's request.",
  },
  device_code_expired: {
    code: "expired_token",
    description: "The device code has expired. Start a new device authorization request.",
    meaning: "The user did not answer in time.",
  },
  unknown_device_code: { ...DEVICE_CODE_REFUSED, meaning: "No such device code exists, or it was deleted." },
  device_code_client_mismatch: {
    ...DEVICE_CODE_REFUSED,
    meaning: "The device code was issued to another client.",
  },
  device_code_binding_mismatch: {
    ...DEVICE_CODE_REFUSED,
    meaning: "A repeated request does not prove the key that the device's tokens are bound to.",
  },
  device_code_reused: {
    ...DEVICE_CODE_REFUSED,
    meaning: "The device code was redeemed before, outside the retry window.",
  },
  device_code_spent: {
    ...DEVICE_CODE_REFUSED,
    meaning: "The device code was redeemed, and its refresh token was used or revoked since.",
  },
  device_code_client_disabled: { ...DEVICE_CODE_REFUSED, meaning: "The client was disabled meanwhile." },
  device_code_account_disabled: { ...DEVICE_CODE_REFUSED, meaning: "The account was disabled meanwhile." },
} as const satisfies Record<string, CauseSpec>;

/** The password grant (RFC 6749 §4.3) and the sign-in page. */
export const PASSWORD_CAUSES = {
  unknown_account: { ...WRONG_PASSWORD, meaning: "No account has this user name." },
  wrong_password: { ...WRONG_PASSWORD, meaning: "The password is wrong." },
  account_disabled: {
    ...WRONG_PASSWORD,
    meaning: "The account is disabled. `npx regrant account enable` enables it.",
  },
  account_service_refused: {
    ...WRONG_PASSWORD,
    meaning: "Your account service refused the user name and password.",
  },
} as const satisfies Record<string, CauseSpec>;

/** The token endpoint, and what revocation and introspection share with it. */
export const TOKEN_CAUSES = {
  unsupported_grant_type: {
    code: "unsupported_grant_type",
    description: "The grant type is not supported.",
    meaning: "The `grant_type` is not one that the service offers; the metadata lists them.",
  },
  // RFC 6749 §3.3
  malformed_scope: {
    code: "invalid_scope",
    description: "The requested scope is malformed.",
    meaning: "A scope has characters that RFC 6749 section 3.3 does not allow.",
  },
  // RFC 6749 §6: a refresh may narrow the scope, and never widens it.
  scope_exceeded: {
    code: "invalid_scope",
    description: "The requested scope is unknown, or exceeds what was granted.",
    meaning:
      "A scope that the client, or at a refresh the grant, does not have. A refresh token is not spent by it.",
  },
  // RFC 8707 §2
  several_resources: {
    code: "invalid_target",
    description: "Only one resource can be requested: an access token has one audience.",
    meaning:
      "The request has several `resource` or `audience` parameters (RFC 8707 section 2): one token is issued for one resource.",
  },
  resource_mismatch: {
    code: "invalid_target",
    description: "The requested resource is unknown, or not one that this client's tokens are for.",
    meaning: "The `resource` is not configured, or not the one of the grant (RFC 8707).",
  },
  ...REFRESH_CAUSES,
  token_client_mismatch: {
    code: "invalid_grant",
    reason: "invalid",
    description: "The token was not issued to this client.",
    meaning: "A client tried to revoke the token of another one (RFC 7009 section 2.1).",
  },
  ...CODE_CAUSES,
  ...DEVICE_CAUSES,
  ...PASSWORD_CAUSES,
} as const satisfies Record<string, CauseSpec>;
