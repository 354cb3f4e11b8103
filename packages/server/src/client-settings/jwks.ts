import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { z } from "zod";

/** A JSON Web Key (RFC 7517 §4). Unknown members are allowed. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly [member: string]: unknown;
}

/** A JWK Set (RFC 7517 §5) with a client's public keys. */
export interface PublicJwks {
  readonly keys: readonly PublicJwk[];
}

/** Most keys of a client, and most characters of their JSON. */
const MAX_KEYS = 20;
const MAX_LENGTH = 32_768;

/** How an algorithm's keys are told (RFC 7518 §6, RFC 8037 §2). */
const ALGORITHMS: Readonly<Record<string, { kty: string; crv?: string; names: readonly string[] }>> = {
  PS256: { kty: "RSA", names: ["PS256"] },
  ES256: { kty: "EC", crv: "P-256", names: ["ES256"] },
  // RFC 9864: `Ed25519` is the name that says which curve.
  EdDSA: { kty: "OKP", crv: "Ed25519", names: ["EdDSA", "Ed25519"] },
  Ed25519: { kty: "OKP", crv: "Ed25519", names: ["EdDSA", "Ed25519"] },
  RS256: { kty: "RSA", names: ["RS256"] },
};

/** The algorithms by which clients sign (FAPI 2.0 §5.4.1). */
export const CLIENT_ALGORITHMS = ["PS256", "ES256", "EdDSA", "Ed25519"] as const;

/** With RS256, which needs a setting of the service. */
export const SIGNATURE_ALGORITHMS = [...CLIENT_ALGORITHMS, "RS256"] as const;

/** Members that only a private or a symmetric key has (RFC 7518 §6, RFC 8037 §2; `priv` is that of AKP keys). */
const SECRET_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/**
 * Whether a key can verify a client's signature of this algorithm: RSA has 2048 bits or more, and neither `use` nor
 * `key_ops` nor `alg` says otherwise (RFC 7517 §4.2-4.4).
 */
export function fitsAlgorithm(jwk: PublicJwk, algorithm: string): boolean {
  const wanted = ALGORITHMS[algorithm];
  if (wanted === undefined || jwk.kty !== wanted.kty || jwk["crv"] !== wanted.crv) return false;
  if (jwk.alg !== undefined && !wanted.names.includes(jwk.alg)) return false;
  const { use = "sig", key_ops: operations = ["verify"] } = jwk;
  if (use !== "sig" || !Array.isArray(operations) || !operations.includes("verify")) return false;
  return !isSecret(jwk) && (jwk.kty !== "RSA" || isStrongRsa(jwk)) && publicKeyOf(jwk) !== null;
}

/** Whether a key can verify a signature of any algorithm that clients may use. */
export function isSigningKey(jwk: PublicJwk): boolean {
  return SIGNATURE_ALGORITHMS.some((algorithm) => fitsAlgorithm(jwk, algorithm));
}

/** Whether a JWK is a private or a symmetric key. */
export function isSecret(jwk: { readonly kty?: string }): boolean {
  return jwk.kty === "oct" || SECRET_MEMBERS.some((member) => member in jwk);
}

/** 2048 to 8192 bits, and an exponent of 3 bytes at most, so that no client can make a verification slow. */
function isStrongRsa({ n, e }: PublicJwk): boolean {
  if (typeof n !== "string" || typeof e !== "string" || e.length > 4 || e === "AQ") return false;
  const modulus = Buffer.from(n, "base64url");
  const leading = Math.max(
    0,
    modulus.findIndex((byte) => byte !== 0),
  );
  const bits = (modulus.length - leading) * 8 - (Math.clz32(modulus[leading] ?? 0) - 24);
  return bits >= 2048 && bits <= 8192;
}

const publicKeys = new WeakMap<PublicJwk, KeyObject | null>();

/** The key of a JWK as Node has it, made once; null: it is not valid. */
export function publicKeyOf(jwk: PublicJwk): KeyObject | null {
  let key = publicKeys.get(jwk);
  if (key === undefined) {
    try {
      key = createPublicKey({ key: jwk, format: "jwk" });
    } catch {
      key = null;
    }
    publicKeys.set(jwk, key);
  }
  return key;
}

const NO_SET = "must be a JWK Set: an object whose keys is a list of one or more keys (RFC 7517 section 5)";
/** Predicates of a set with a private or a symmetric key, and of one that is of no use for signatures. */
export const PUBLIC_ONLY =
  "must hold public keys only: others may know its private or symmetric key now, so replace it";
export const NO_SIGNING_KEY =
  "must hold a key that can verify signatures: RSA of 2048 bits or more, P-256 or Ed25519";

/** The list of a JWK Set (RFC 7517 §5.1), unchecked. Undefined: it is not one. */
export function keysOf(value: unknown): unknown[] | undefined {
  const keys = typeof value === "object" && value !== null && "keys" in value ? value.keys : undefined;
  return Array.isArray(keys) ? keys : undefined;
}

/** Whether a value is a JWK Set with a private or a symmetric key in it. */
export function holdsSecretKey(value: unknown): boolean {
  return keysOf(value)?.some((key) => isKey(key) && isSecret(key)) === true;
}

/** What is wrong with a JWK Set, as a predicate that quotes nothing of it; undefined: nothing. */
export function jwksFault(value: unknown): string | undefined {
  const keys = keysOf(value) ?? [];
  if (keys.length === 0 || !keys.every(isKey)) return NO_SET;
  if (keys.length > MAX_KEYS) return `must not hold more than ${MAX_KEYS} keys`;
  if (keys.some(isSecret))
    return "must hold public keys only, but has a private or a symmetric one: leave out its secret members, such as d";
  if (JSON.stringify(value).length > MAX_LENGTH) return `must not be longer than ${MAX_LENGTH} characters`;
  return undefined;
}

/** A key has a type, and the members that name it are text. */
export function isKey(value: unknown): value is PublicJwk {
  if (typeof value !== "object" || value === null || !("kty" in value)) return false;
  const { kty, kid, alg, use } = value as Record<string, unknown>;
  return (
    typeof kty === "string" && [kid, alg, use].every((one) => one === undefined || typeof one === "string")
  );
}

const schema = z
  .looseObject({}, { error: NO_SET })
  .superRefine((value, context) => {
    const fault = jwksFault(value);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .meta({ properties: { keys: { type: "array", items: { type: "object" } } }, required: ["keys"] });

/** A client's public keys, inline. `jwksFault` has checked what the type says. */
export const publicJwks = schema as unknown as z.ZodType<PublicJwks>;

/** The keys that a JWK Set names, for people: their `kid`, or their type. */
export function keyNames({ keys }: PublicJwks): string[] {
  return keys.map(({ kid, kty }) => kid ?? `${kty} without kid`);
}
