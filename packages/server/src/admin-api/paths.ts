import type { OwnApi } from "../config/reserved-scopes.ts";

/** Where the admin API is, below the issuer. With the issuer before it, it is the audience of its tokens (RFC 8707 §2). */
export const ADMIN_PATH = "/admin/v1" satisfies OwnApi;

/** Its metadata as a protected resource (RFC 9728 §3.1). */
export const RESOURCE_METADATA_PATH = `/.well-known/oauth-protected-resource${ADMIN_PATH}`;

/**
 * `client_id`, `iss` and `aud` of the tokens that `regrant admin token` makes: they are for the service that has the signing
 * key, under whichever URL it is reached. No client has this id: clients' ids are UUIDs or URLs.
 */
export const COMMAND_LINE = "regrant-command-line";

/** The URI of a type of problem (RFC 9457 §3.1.1). Programs compare it; its last part is the cause in the reference. */
export function problemType(issuer: string, cause: string): string {
  return `${issuer}${ADMIN_PATH}/problems/${cause}`;
}
