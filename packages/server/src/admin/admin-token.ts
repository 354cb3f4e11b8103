import { COMMAND_LINE } from "../admin-api/paths.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../config/reserved-scopes.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { sign } from "../keys/signing.ts";
import type { Store } from "../store/store.ts";
import { encodeAccessToken } from "../tokens/access-token.ts";
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
export async function issueAdminToken(
  { keys, store }: { keys: KeyRing; store: Pick<Store, "now"> },
  { readOnly, ttl }: AdminTokenRequest,
  actor: string,
): Promise<string> {
  requireWholeNumber("ttl", ttl, 1, LONGEST_TTL);
  const now = store.now();
  const key = keys.signingKeyAt(now);
  const issuedAt = Math.floor(now / 1000);
  const token = encodeAccessToken(
    {
      profile: "rfc9068",
      issuer: COMMAND_LINE,
      audience: COMMAND_LINE,
      clientId: COMMAND_LINE,
      subject: actor,
      scope: readOnly ? ADMIN_READ_SCOPE : ADMIN_SCOPE,
      issuedAt,
      expiresAt: issuedAt + ttl,
      grant: null,
    },
    key,
  );
  return sign(key, token);
}
