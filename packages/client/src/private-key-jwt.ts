import { ClientConfigError } from "./errors.ts";
import { cryptoParams, isProofAlgorithm, proofAlgorithm } from "./key-algorithms.ts";
import type { ProofAlgorithm } from "./key-algorithms.ts";
import { randomId } from "./record.ts";
import { signJwt } from "./signed-jwt.ts";
import type { ClientAuth } from "./wire-format.ts";

/** What a client assertion says beside the client's id. */
export interface PrivateKeyJwtOptions {
  /** The issuer of the server, as its metadata have it: the audience of the assertion. */
  readonly issuer: string;
  /** Names the key for the server (`kid`). By default the key's own, if it is a JWK. */
  readonly kid?: string | undefined;
  /** How long an assertion is valid, s. Default 60. */
  readonly lifetime?: number | undefined;
}

/**
 * Authenticates the client by its private key: `private_key_jwt` (RFC 7523 §2.2). Each request gets an assertion of its
 * own, signed with PS256, ES256 or EdDSA.
 *
 * @param key a private key that may sign: WebCrypto's, which need not be extractable, or a JWK
 */
export function privateKeyJwt(key: CryptoKey | JsonWebKey, options: PrivateKeyJwtOptions): ClientAuth {
  const { issuer, lifetime = 60 } = options;
  const kid = options.kid ?? ("kid" in key && typeof key.kid === "string" ? key.kid : undefined);
  let signer: ReturnType<typeof signerOf> | undefined;
  return async ({ body, clientId }) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: clientId,
      sub: clientId,
      // draft-ietf-oauth-rfc7523bis: the issuer alone, as a string.
      aud: issuer,
      jti: randomId(),
      iat: now,
      exp: now + lifetime,
    };
    signer ??= signerOf(key);
    const jwt = await signJwt(await signer, { typ: "client-authentication+jwt", kid }, claims);
    body.set("client_id", clientId);
    body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    body.set("client_assertion", jwt);
  };
}

/** @throws ClientConfigError the key is of no use here */
async function signerOf(
  given: CryptoKey | JsonWebKey,
): Promise<{ key: CryptoKey; algorithm: ProofAlgorithm }> {
  if (given instanceof CryptoKey) return { key: given, algorithm: proofAlgorithm(undefined, given) };
  const algorithm = algorithmOf(given);
  const { use: _use, key_ops: _operations, ...jwk } = given;
  const key = await crypto.subtle
    .importKey("jwk", jwk, cryptoParams(algorithm), false, ["sign"])
    .catch((cause: unknown) => {
      throw new ClientConfigError("The key of `privateKeyJwt` is not a private key", { cause });
    });
  return { key, algorithm };
}

/** RSA keys sign by PS256, unless they say otherwise (RFC 7517 §4.4). */
function algorithmOf({ alg, kty, crv }: JsonWebKey): ProofAlgorithm {
  if (isProofAlgorithm(alg)) return alg;
  const algorithm = BY_TYPE[crv ?? kty ?? ""];
  if (algorithm !== undefined) return algorithm;
  throw new ClientConfigError("The key of `privateKeyJwt` must be RSA, P-256 or Ed25519");
}

const BY_TYPE: Readonly<Record<string, ProofAlgorithm | undefined>> = {
  RSA: "PS256",
  "P-256": "ES256",
  Ed25519: "EdDSA",
};
