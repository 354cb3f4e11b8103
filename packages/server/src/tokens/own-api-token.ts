import { createHmac } from "node:crypto";
import type { KeyRing } from "../keys/key-ring.ts";
import { encodeAccessToken } from "./access-token.ts";
import type { AccessToken } from "./access-token.ts";

/** JWS `alg` (RFC 7518 §3.2) of access tokens for Regrant's own APIs. No signing key has it. */
export const OWN_API_ALGORITHM = "HS256";

/**
 * Makes an access token for one of Regrant's own APIs. Only this service verifies it, so it is authenticated by a key that
 * is derived from the master key: an imported signing key, which the previous service knows, makes none. `kid` is that of the
 * signing key in force, with which the token ends when it is distrusted.
 *
 * @throws Error if there is no key
 */
export function makeOwnApiToken(
  keys: Pick<KeyRing, "signingKeyAt" | "ownApiSecrets">,
  token: Omit<AccessToken, "profile">,
): string {
  const { kid } = keys.signingKeyAt(token.issuedAt * 1000);
  const [secret] = keys.ownApiSecrets(kid);
  if (secret === undefined) throw new Error(`the signing key ${kid} was removed`);
  const input = encodeAccessToken({ ...token, profile: "rfc9068" }, { kid, algorithm: OWN_API_ALGORITHM });
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
