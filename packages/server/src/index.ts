/**
 * The embeddable token service: `createRegrant` opens it, `fetch` answers requests.
 *
 * @module
 */
export { createRegrant } from "./regrant.ts";
export type { Regrant, RegrantOptions } from "./regrant.ts";
export { ConfigError } from "./config/resolve-config.ts";
export type { Cause } from "./errors/causes.ts";
export type { ErrorReason, OAuthErrorCode } from "./errors/codes.ts";
export { OAuthError } from "./errors/oauth-error.ts";
export { AdminError } from "./admin/admin-error.ts";
export type { AdminErrorCode, Violation } from "./admin/admin-error.ts";
export { hashPassword } from "./identity/password-hash.ts";
export type * from "./store/store.ts";
