import { constants, createPublicKey, hash, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { RecentMap } from "../limits/recent-map.ts";

/** A public key as the header of a proof has it (RFC 7517), before anything in it is believed. */
export type ShownKey = Readonly<Record<string, unknown>>;

interface Algorithm {
  /** The required members of its keys, in the order of RFC 7638 §3.2, and the form of each. */
  readonly members: Readonly<Record<string, RegExp>>;
  readonly verifies: (input: Buffer, key: KeyObject, signature: Buffer) => boolean;
}

/** 32 bytes: RFC 7518 §6.2.1.2 asks for the full size of a coordinate. */
const COORDINATE = /^[\w-]{43}$/;
/** 2048 bits at least (RFC 7518 §3.5); how many it may have at most is decided before. */
const MODULUS = /^[\w-]{342,}$/;
const MIN_MODULUS = 2048;

const EDDSA: Algorithm = {
  members: { crv: /^Ed25519$/, kty: /^OKP$/, x: COORDINATE },
  verifies: (input, key, signature) => verify(null, input, key, signature),
};

const ALGORITHMS = {
  ES256: {
    members: { crv: /^P-256$/, kty: /^EC$/, x: COORDINATE, y: COORDINATE },
    verifies: (input, key, signature) =>
      verify("sha256", input, { key, dsaEncoding: "ieee-p1363" }, signature),
  },
  Ed25519: EDDSA,
  EdDSA: EDDSA,
  PS256: {
    members: { e: /^AQAB$/, kty: /^RSA$/, n: MODULUS },
    verifies: (input, key, signature) => {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
      return verify("sha256", input, { key, padding, saltLength }, signature);
    },
  },
} as const satisfies Record<string, Algorithm>;

/**
 * The algorithms of DPoP proofs (RFC 9449 §4.3): those of FAPI 2.0 §5.4.1, which every library that makes proofs offers.
 * `Ed25519` is `EdDSA` by its new name (RFC 9864).
 */
export const DPOP_ALGORITHMS = Object.keys(ALGORITHMS) as readonly (keyof typeof ALGORITHMS)[];

/**
 * Keys by thumbprint, those that were used last: reading one costs half of a verification, and a client keeps its key.
 * A key is admitted by a signature that fits; whoever makes many of them can only push others out.
 */
const keys = new RecentMap<KeyObject>(1000);

/**
 * Verifies the signature of a proof by the key in its header (RFC 7515 §5.2). node:crypto instead of jose: that costs
 * twice as much, and this is the whole price of a bound refresh.
 *
 * @param proof a JWS in compact form
 * @returns the SHA-256 thumbprint of the key (RFC 7638), base64url; undefined: the signature or the key does not fit
 * @throws Error the key is not one of its algorithm
 */
export function verifySignature(proof: string, alg: unknown, jwk: ShownKey): string | undefined {
  if (typeof alg !== "string" || !Object.hasOwn(ALGORITHMS, alg) || !mayVerify(jwk)) return undefined;
  const { members, verifies } = ALGORITHMS[alg as keyof typeof ALGORITHMS];
  const required: Record<string, string> = {};
  for (const [name, form] of Object.entries(members)) {
    const value = jwk[name];
    if (typeof value !== "string" || !form.test(value)) return undefined;
    required[name] = value;
  }
  const thumbprint = hash("sha256", JSON.stringify(required), "base64url");
  const key = keys.get(thumbprint) ?? createPublicKey({ key: required, format: "jwk" });
  const { modulusLength = MIN_MODULUS } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_MODULUS) return undefined;
  const end = proof.lastIndexOf(".");
  const signature = Buffer.from(proof.slice(end + 1), "base64url");
  if (!verifies(Buffer.from(proof.slice(0, end)), key, signature)) return undefined;
  keys.put(thumbprint, key);
  return thumbprint;
}

/** RFC 7517 §4.3: a key that names its operations is for these alone. */
function mayVerify({ key_ops: operations }: ShownKey): boolean {
  return operations === undefined || (Array.isArray(operations) && operations.join() === "verify");
}
