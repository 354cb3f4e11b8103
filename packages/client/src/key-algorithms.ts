import { ClientConfigError } from "./errors.ts";

/** An algorithm that a proof can be signed with. */
export type ProofAlgorithm = "ES256" | "EdDSA" | "Ed25519" | "ES384" | "PS256" | "RS256";

/** What WebCrypto takes to make, import and use a key. */
export interface CryptoParams {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
  readonly saltLength?: number;
}

const RSA = { hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** By their names in JOSE, the preferred one first. None is symmetric (RFC 9449 §4.2). */
const ALGORITHMS: Readonly<Record<ProofAlgorithm, CryptoParams>> = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
  // The same by its name of RFC 9864.
  Ed25519: { name: "Ed25519" },
  ES384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  PS256: { ...RSA, name: "RSA-PSS", saltLength: 32 },
  RS256: { ...RSA, name: "RSASSA-PKCS1-v1_5" },
};

/** What WebCrypto takes for an algorithm. */
export function cryptoParams(algorithm: ProofAlgorithm): CryptoParams {
  return ALGORITHMS[algorithm];
}

/**
 * The algorithm of new keys, or of a key.
 *
 * @param accepted as the server's metadata lists them (`dpop_signing_alg_values_supported`); undefined: not known
 * @throws ClientConfigError the server accepts none of them
 */
export function proofAlgorithm(accepted: readonly string[] | undefined, key?: CryptoKey): ProofAlgorithm {
  const all = Object.keys(ALGORITHMS) as ProofAlgorithm[];
  const own = key ? all.filter((name) => isOf(key, name)) : all;
  const found = own.find((name) => accepted?.includes(name) ?? true);
  if (found) return found;
  const which = key ? `The key is for ${own[0] ?? key.algorithm.name}` : `Supported are ${all.join(", ")}`;
  throw new ClientConfigError(
    `${which}; the server accepts proofs with ${accepted?.join(", ") ?? "none of it"}`,
  );
}

/** Whether `name` is an algorithm of this package. */
export function isProofAlgorithm(name: unknown): name is ProofAlgorithm {
  return typeof name === "string" && Object.hasOwn(ALGORITHMS, name);
}

function isOf({ algorithm }: CryptoKey, name: ProofAlgorithm): boolean {
  const { namedCurve, ...params } = ALGORITHMS[name];
  const of = algorithm as { name: string; namedCurve?: string; hash?: { name: string } };
  const hash = of.hash?.name ?? params.hash;
  return of.name === params.name && of.namedCurve === namedCurve && hash === params.hash;
}
