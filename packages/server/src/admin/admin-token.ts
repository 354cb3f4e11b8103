import { COMMAND_LINE } from "../admin-api/paths.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../config/reserved-scopes.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Store } from "../store/store.ts";
import { makeOwnApiToken } from "../tokens/own-api-token.ts";
import { requireWholeNumber } from "./admin-error.ts";

/** The longest lifetime of a token that has no client, s: a day. */
const LONGEST_TTL = 86_400;

/** What a token for the admin API allows, and for how long. */
export interface AdminTokenRequest {
  /** It only reads. */
  readOnly: boolean;
  /** s */
  ttl: number;
}

/**
 * Makes an access token for the admin API without a client. Whoever can do that has the database and the master key
 * already.
 *
 * @param actor its `sub`, which the events of its requests record
 * @throws AdminError `invalid`: `ttl`
 */
export function issueAdminToken(
  { keys, store }: { keys: KeyRing; store: Pick<Store, "now"> },
  { readOnly, ttl }: AdminTokenRequest,
  actor: string,
): string {
  requireWholeNumber("ttl", ttl, 1, LONGEST_TTL);
  const issuedAt = Math.floor(store.now() / 1000);
  return makeOwnApiToken(keys, {
    issuer: COMMAND_LINE,
    audience: COMMAND_LINE,
    clientId: COMMAND_LINE,
    subject: actor,
    scope: readOnly ? ADMIN_READ_SCOPE : ADMIN_SCOPE,
    issuedAt,
    expiresAt: issuedAt + ttl,
    grant: null,
  });
}
