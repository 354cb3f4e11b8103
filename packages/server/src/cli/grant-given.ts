import type { Config } from "../config/resolve-config.ts";
import { KeyRing } from "../keys/key-ring.ts";
import type { OpenedStore } from "../open-store.ts";
import { PassportTokens } from "../passport/tokens.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";
import { CliError } from "./cli-error.ts";

/** A refresh token that somebody holds, opened. */
export interface GivenToken extends RefreshToken {
  /** Of a token that Laravel Passport made: its own end, ms; it counts until the session has moved here. */
  passportEnd?: number;
}

type Passport = Pick<Config, "passportKey" | "passportUnknownTokens">;

/** @throws CliError: nobody would believe it, or Passport's key is missing */
export async function openGiven(
  token: string,
  { store, masterKeys }: OpenedStore,
  { passportKey }: Passport,
): Promise<GivenToken> {
  const keys = new KeyRing(store.keys, masterKeys);
  await keys.load();
  if (!PassportTokens.hasForm(token)) return openOwn(token, keys);
  if (passportKey === null) {
    throw new CliError("this is a refresh token of Laravel Passport's form", "REGRANT_PASSPORT_KEY opens it");
  }
  const opened = await new PassportTokens(passportKey).open(token);
  if (opened === undefined) {
    const hint = "it is cut off or changed, under another APP_KEY, or an authorization code";
    throw new CliError("this is no refresh token of Laravel Passport's that the key opens", hint);
  }
  const { payload, ...inner } = opened;
  if (payload.own !== null) return openOwn(payload.own, keys);
  return { ...inner, passportEnd: payload.expiresAt * 1000 };
}

function openOwn(token: string, keys: KeyRing): RefreshToken {
  const opened = openRefreshToken(token, keys);
  if (opened !== undefined) return opened;
  const hint =
    "it is cut off, changed, another service's, or under a MAC key that was distrusted (npx regrant keys list)";
  throw new CliError("this is no refresh token that this service would believe", hint);
}

/** What becomes of a token of Passport's whose session no import knew. */
const UNKNOWN: Record<Config["passportUnknownTokens"], string> = {
  refuse:
    "presented now, it is refused: run npx regrant import passport, or set REGRANT_PASSPORT_UNKNOWN_TOKENS=ask",
  ask: "presented now, it is believed if Passport's table has it alive (REGRANT_PASSPORT_UNKNOWN_TOKENS=ask)",
  trust: "presented now, it is believed (REGRANT_PASSPORT_UNKNOWN_TOKENS=trust)",
};

/** Why nothing can be told of a grant. */
export function unknownGrant(
  grantId: string,
  token: GivenToken | undefined,
  { passportUnknownTokens }: Passport,
): CliError {
  if (token === undefined) return new CliError(`there is no grant ${grantId}, and no event of one`);
  if (token.passportEnd !== undefined) {
    const told = "Laravel Passport issued this token, and no import has taken its session over";
    return new CliError(told, UNKNOWN[passportUnknownTokens]);
  }
  const hint = "it was made after the backup that this store was restored from, or ended long ago";
  return new CliError(`Regrant issued this token, but the store knows nothing of its grant ${grantId}`, hint);
}
