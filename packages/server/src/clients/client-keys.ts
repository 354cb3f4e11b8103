import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { compactVerify, errors } from "jose";
import { fitsAlgorithm, publicKeyOf } from "../client-settings/jwks.ts";
import type { PublicJwk } from "../client-settings/jwks.ts";
import type { Client } from "../store/store.ts";
import type { fetchDocument } from "./cimd/fetch-document.ts";
import type { RemoteKeyParts } from "./remote-keys.ts";
import { RemoteKeys } from "./remote-keys.ts";

/** Most keys that one signature is tried with. */
const MAX_TRIED = 4;

/** What of a signature's header selects the key (RFC 7515 §4.1). */
export interface SignatureHeader {
  readonly alg: string;
  readonly kid?: string | undefined;
}

/**
 * Whether a client has made a signature: `signed`; `wrong_signature`: no key of the client has made it, or none is for
 * this algorithm; `keys_unavailable`: the client's keys cannot be fetched.
 */
export type SignatureVerdict = "signed" | "wrong_signature" | "keys_unavailable";

/** The public keys of clients: inline (`jwks`), or at their URL (`jwks_uri`). */
export class ClientKeys {
  readonly #remote: RemoteKeys;

  constructor(fetch: typeof fetchDocument, parts: RemoteKeyParts) {
    this.#remote = new RemoteKeys(fetch, parts);
  }

  /**
   * Verifies a signature in compact form with the client's keys. A key that is not known is looked for at `jwks_uri` again,
   * though not more often than every ten seconds.
   *
   * @param jws signed by `header.alg`, which the caller has allowed
   */
  async verify(
    { jwks, jwksUri }: KeysOfClient,
    jws: string,
    header: SignatureHeader,
  ): Promise<SignatureVerdict> {
    if (jwks !== null) return verdictOf(await isSignedBy(jwks.keys, jws, header));
    if (jwksUri === null) return "wrong_signature";
    const known = await this.#remote.read(jwksUri);
    if (known === undefined) return "keys_unavailable";
    if (await isSignedBy(known.keys, jws, header)) return "signed";
    const isKnown = header.kid !== undefined && known.keys.some(({ kid }) => kid === header.kid);
    const renewed = isKnown ? undefined : await this.#remote.reread(jwksUri, known);
    return verdictOf(renewed !== undefined && (await isSignedBy(renewed.keys, jws, header)));
  }

  /**
   * Whether a public key is one of the client's (RFC 8705 §2.2.2). One that is not known is looked for at `jwks_uri` again,
   * as for signatures.
   */
  async holds(
    { jwks, jwksUri }: KeysOfClient,
    key: KeyObject,
  ): Promise<"held" | "not_held" | "keys_unavailable"> {
    const isAmong = (keys: readonly PublicJwk[]) => keys.some((jwk) => publicKeyOf(jwk)?.equals(key));
    if (jwks !== null) return isAmong(jwks.keys) ? "held" : "not_held";
    if (jwksUri === null) return "not_held";
    const known = await this.#remote.read(jwksUri);
    if (known === undefined) return "keys_unavailable";
    if (isAmong(known.keys)) return "held";
    const renewed = await this.#remote.reread(jwksUri, known);
    return renewed !== undefined && isAmong(renewed.keys) ? "held" : "not_held";
  }

  /** Takes as long as a signature that none of the keys has made. */
  async verifyInVain(jws: string, header: SignatureHeader): Promise<void> {
    await isSignedBy(DUMMY_KEYS, jws, { alg: header.alg });
  }
}

/** Public keys whose private keys do not exist any more. */
const DUMMY_KEYS: readonly PublicJwk[] = [
  { kty: "RSA", n: Buffer.alloc(256, 0xa5).toString("base64url"), e: "AQAB" },
  generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }) as PublicJwk,
  generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }) as PublicJwk,
];

type KeysOfClient = Pick<Client, "jwks" | "jwksUri">;

/** Whether a client has keys with which its signatures can be verified. */
export function hasKeys({ jwks, jwksUri }: KeysOfClient): boolean {
  return jwks !== null || jwksUri !== null;
}

function verdictOf(isSigned: boolean): SignatureVerdict {
  return isSigned ? "signed" : "wrong_signature";
}

/** RFC 7515 §4.1.4: `kid` names the key; without it, each that fits is tried. */
async function isSignedBy(
  keys: readonly PublicJwk[],
  jws: string,
  { alg, kid }: SignatureHeader,
): Promise<boolean> {
  const fitting = keys.filter((key) => (kid === undefined || key.kid === kid) && fitsAlgorithm(key, alg));
  for (const key of fitting.slice(0, MAX_TRIED)) {
    if (await isSignedWith(key, jws, alg)) return true;
  }
  return false;
}

async function isSignedWith(jwk: PublicJwk, jws: string, alg: string): Promise<boolean> {
  const key = publicKeyOf(jwk);
  if (key === null) return false;
  try {
    await compactVerify(jws, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
