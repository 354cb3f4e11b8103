import { parseUrl } from "./parse-url.ts";
import { Nonces } from "./nonces.ts";
import type { NonceOptions } from "./nonces.ts";
import type { ProofReplays } from "./proof-replays.ts";

const PROOF_ALGORITHMS = [
  "ES256",
  "EdDSA",
  "Ed25519",
  "PS256",
  "RS256",
  "ES384",
  "ES512",
  "PS384",
  "PS512",
] as const;
/** Those of FAPI 2.0 (§5.4). */
export const DEFAULT_PROOF_ALGORITHMS: readonly ProofAlgorithm[] = PROOF_ALGORITHMS.slice(0, 4);

/** A signature algorithm of DPoP proofs (RFC 7518, RFC 8037, RFC 9864). */
export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number];

/** How tokens that are bound to a client's key are accepted (RFC 9449). */
export interface DpopOptions {
  /** Refuse tokens that are bound to nothing. Default false: bearer tokens are accepted as well. */
  required?: boolean;
  /**
   * Where clients see this API, also behind a proxy: `https://api.example.com`, with the path that a proxy removes, if it
   * does. Several, if it has several names. Default: the origin of `resource`.
   */
  baseUrl?: string | readonly string[];
  /** Accepted signature algorithms of proofs. Default: `ES256`, `EdDSA`, `Ed25519` and `PS256`. */
  algorithms?: readonly ProofAlgorithm[];
  /** How old a proof may be, s, 10 to 600. Default 60. */
  maxAge?: number;
  /** Require nonces, so that no proof can be made in advance. Default: none are required. */
  nonce?: NonceOptions;
  /** Remembers used proofs for all instances of the API. Default: each instance remembers its own. */
  replays?: ProofReplays;
}

/** How tokens that are bound to a client's certificate are accepted (RFC 8705 §3). */
export interface MtlsOptions {
  /** Refuse tokens that are bound to nothing. Default false: bearer tokens are accepted as well. */
  required?: boolean;
  /**
   * The header in which a proxy passes the client's certificate: `Client-Cert` (RFC 9440), an escaped PEM (nginx, AWS), or
   * `x-forwarded-client-cert` (Envoy). The proxy must remove it from what clients send, and clients must not get past the
   * proxy. Default: the certificate of the TLS connection, on Node.js.
   */
  header?: string;
}

/** The validated options with their defaults. */
export interface DpopSettings {
  required: boolean;
  /** Without a slash at their end. */
  baseUrls: string[];
  algorithms: ProofAlgorithm[];
  /** s */
  maxAge: number;
  nonces: Nonces | undefined;
  replays: ProofReplays | undefined;
}

export interface MtlsSettings {
  required: boolean;
  /** In lower case; undefined: the certificate of the TLS connection. */
  header: string | undefined;
}

/** @param resource its URL, if it is described. @throws TypeError an option is invalid */
export function readDpop(options: DpopOptions, resource: string | undefined): DpopSettings {
  const { required = false, maxAge = 60, nonce, replays } = options;
  const algorithms = [...(options.algorithms ?? DEFAULT_PROOF_ALGORITHMS)];
  const baseUrls = options.baseUrl ?? (resource && new URL(resource).origin);
  if (baseUrls === undefined || baseUrls.length === 0) {
    throw new TypeError(
      "dpop.baseUrl (or resource) is required: a proof names the URL by which clients see this API",
    );
  }
  if (algorithms.length === 0 || !algorithms.every((name) => PROOF_ALGORITHMS.includes(name))) {
    throw new TypeError(`dpop.algorithms must be among ${PROOF_ALGORITHMS.join(", ")}`);
  }
  if (!(maxAge >= 10 && maxAge <= 600)) throw new TypeError("dpop.maxAge must be 10 to 600 s");
  if (nonce !== undefined) checkNonce(nonce);
  return {
    required,
    baseUrls: [baseUrls].flat().map(readBaseUrl),
    algorithms,
    maxAge,
    nonces: nonce && new Nonces(nonce),
    replays,
  };
}

export function readMtls({ required = false, header }: MtlsOptions): MtlsSettings {
  return { required, header: header?.toLowerCase() };
}

function readBaseUrl(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || /[?#]/.test(text)) {
    throw new TypeError("dpop.baseUrl must be an absolute http or https URL without query and fragment");
  }
  return text.replace(/\/$/, "");
}

function checkNonce({ secret, lifetime = 300 }: NonceOptions): void {
  if (secret.length < 32) throw new TypeError("dpop.nonce.secret must be at least 32 characters");
  if (!(lifetime >= 10 && lifetime <= 86_400))
    throw new TypeError("dpop.nonce.lifetime must be 10 to 86400 s");
}
