import { randomUUID } from "node:crypto";
import type { Deps } from "../deps.ts";
import { generateSigningKey, sign } from "../keys/signing.ts";

/** An access token to sign. What is left out is valid. */
export interface TestAccessToken {
  /** `sub`. Default: `customer-7`. */
  subject?: string;
  /** Space-separated. Default: none. */
  scope?: string;
  /** `aud`. Default: that of the service's tokens: the setting `audience`, or the issuer. */
  audience?: string | readonly string[];
  /** `client_id`. Default: `test-client`. */
  clientId?: string;
  /** `iss`. Default: the issuer. */
  issuer?: string;
  /** From the clock's now, s; a negative number makes an expired token. Default: 3600. */
  expiresIn?: number;
  /** Further claims, also in place of others; one that is undefined is left out. */
  claims?: Record<string, unknown>;
  /** Sign with a key that the JWKS does not have. */
  forged?: boolean;
}

/** How long before its end an expired token was issued, s. */
const LIFETIME = 3600;

/** Signs an access token (RFC 9068) with the service's key; no grant stands behind it. */
export async function signTestToken(deps: Deps, token: TestAccessToken): Promise<string> {
  const { subject = "customer-7", clientId = "test-client", expiresIn = LIFETIME } = token;
  const now = Math.floor(deps.store.now() / 1000);
  const claims = {
    iss: token.issuer ?? deps.issuer,
    aud: token.audience ?? deps.audience,
    sub: subject,
    client_id: clientId,
    iat: Math.min(now, now + expiresIn - LIFETIME),
    exp: now + expiresIn,
    jti: randomUUID(),
    scope: token.scope,
    ...token.claims,
  };
  const own = deps.keys.signingKeyAt(deps.store.now());
  const key = token.forged === true ? { ...own, ...(await generateSigningKey(own.algorithm)) } : own;
  const header = { typ: "at+jwt", alg: key.algorithm, kid: key.kid };
  return sign(key, `${encode(header)}.${encode(claims)}`);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
