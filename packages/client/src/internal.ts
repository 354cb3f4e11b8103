/**
 * What `@regrant/verify` shares with this package, at exactly the same version. Not for applications: it may change in any
 * release.
 *
 * @internal
 * @module
 */
export { clientSecretBasic } from "./client-auth.ts";
export { systemClock } from "./clock.ts";
export { DocumentError, fetchJson } from "./fetch-json.ts";
export type { JsonRequest } from "./fetch-json.ts";
export { secureUrl } from "./secure-url.ts";
export { sharedLoad } from "./shared-load.ts";
