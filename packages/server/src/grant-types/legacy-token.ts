import { tooManyFailures } from "../clients/authenticate.ts";
import { isScopeToken } from "../clients/client.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { orUnavailable } from "../identity/password-queue.ts";
import type { Passport } from "../passport/migration.ts";
import { PassportTokens } from "../passport/tokens.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { PassportPayload } from "../passport/payload.ts";
import type { LegacyToken } from "../passport/tokens.ts";
import type { Client, PresentedToken, RotationResult, Store } from "../store/store.ts";
import { grantSecretHash, openRefreshToken } from "../tokens/refresh-token.ts";

/**
 * Opens a refresh token that Laravel Passport issued, for a client that has authenticated. Those that do not open cost a
 * PBKDF2 each, so they are counted for the client and the address, which have to wait after too many: a program that
 * presents what Passport gave it never has.
 *
 * @returns undefined: it is none, or Passport's key is not configured
 * @throws OAuthError `invalid_request` with 429; `temporarily_unavailable` while too many wait
 */
export async function openLegacyToken(
  { passport, attempts, keys }: Deps,
  client: Client,
  presented: string,
  address: () => string,
): Promise<LegacyToken | undefined> {
  if (passport === null || !PassportTokens.hasForm(presented)) return undefined;
  const remembered = passport.tokens.remembered(presented);
  if (remembered !== undefined) return orUnavailable(remembered);
  const wait = attempts.legacyTokenBlocked(client.id, address());
  if (wait > 0) throw tooManyFailures(wait);
  const token = await orUnavailable(passport.tokens.open(presented));
  if (token === undefined) await attempts.legacyTokenFailed(client.id, address());
  return token?.payload.own ? openOwn(keys, token.payload) : token;
}

/** On the way back, Passport's form is but an envelope of ours: the grant's rules alone hold. */
function openOwn(keys: KeyRing, payload: PassportPayload): LegacyToken | undefined {
  const token = openRefreshToken(payload.own ?? "", keys);
  return token && { ...token, payload };
}

/**
 * Whether the token's own lifetime is over, by which alone Passport goes. Once its session has moved, the grant's rules
 * hold: a retry of a move in the last second is heard.
 */
export async function isLegacyTokenExpired(
  { payload, grantId }: LegacyToken,
  store: Store,
): Promise<boolean> {
  if (payload.own !== null || store.now() < payload.expiresAt * 1000) return false;
  const grant = await store.grants.find(grantId);
  return grant === undefined || grant.generation === 0;
}

/**
 * Adopts a session that no import knew: Passport issued its token, but whether it was revoked there its tables alone
 * know. They are asked, or the token is trusted, as the configuration says; never where the client's grants were ended
 * meanwhile.
 *
 * @returns whether there is a grant now
 */
async function adoptUnknown({ store, passport }: Deps, client: Client, token: LegacyToken): Promise<boolean> {
  const { grantId: id, secret, payload } = token;
  const { clientId, subject, scopes } = payload;
  if (passport === null || client.grantsRevokedAt !== null) return false;
  if (subject === null || !scopes.every(isScopeToken)) return false;
  if (!(await isBelieved(passport, payload.tokenId))) return false;
  const scope = scopes.join(" ");
  const session = {
    id,
    clientId,
    subject,
    scope,
    secretHash: grantSecretHash(secret),
    maxTtl: client.refreshMaxTtl,
  };
  if ((await store.grants.adopt([session])) > 0) {
    await store.events.record({
      type: "grant.created",
      clientId,
      subject,
      grantId: id,
      data: { via: "passport", scope },
    });
  }
  return true;
}

/** @throws OAuthError `temporarily_unavailable` where Passport's tables cannot be asked: a retry repairs it */
async function isBelieved({ unknownTokens, rows }: Passport, tokenId: string): Promise<boolean> {
  if (unknownTokens !== "ask" || rows === null) return unknownTokens === "trust";
  try {
    return await rows.isLive(tokenId);
  } catch (cause) {
    throw new OAuthError("passport_rows_not_read", { cause });
  }
}

/**
 * Rotates the grant of an old token. The first time this is what moves its session here, and it is a rotation as any
 * other.
 */
export async function rotateLegacyGrant(
  deps: Deps,
  client: Client,
  old: LegacyToken,
  rotation: PresentedToken,
): Promise<RotationResult> {
  const { store } = deps;
  const at = store.now();
  if (old.payload.clientId !== client.id) {
    const event = {
      type: "grant.client_mismatch",
      clientId: old.payload.clientId,
      grantId: old.grantId,
    } as const;
    await store.events.record({ ...event, data: { presented_by: client.id } }, { once: 60 });
    return { outcome: "client_mismatch", at };
  }
  if (await isLegacyTokenExpired(old, store)) return { outcome: "expired", at };
  const result = await store.grants.rotate(rotation);
  if (result.outcome !== "unknown" || old.payload.own !== null || !(await adoptUnknown(deps, client, old)))
    return result;
  return store.grants.rotate(rotation);
}
