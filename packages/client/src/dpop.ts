/**
 * Binds a session's tokens to a key (RFC 9449): `createTokenClient({ …, dpop: dpop({ keys }) })`. A stolen token is then of
 * no use without the key.
 *
 * @module
 */
import type { Clock, Dpop, DpopSession, KeySource } from "./api.ts";
import { boundStore, isBound } from "./bound-store.ts";
import { systemClock } from "./clock.ts";
import { ClientConfigError } from "./errors.ts";
import { cryptoParams, proofAlgorithm } from "./key-algorithms.ts";
import { proofKey } from "./proof.ts";
import type { ProofKey } from "./proof.ts";
import { proofSender } from "./proof-sender.ts";

export type { CreateKeys, Dpop, DpopSession, KeySource, ProofRequest } from "./api.ts";

/** Where the key is, and what is asked of the server. */
export interface DpopOptions {
  /**
   * Where the key pair is kept: `indexedDbKeys()` of `./web`, `fileKeys({ directory })` of `./node`, or a function of your
   * own. Or the key pair itself, whose private key signs and whose public key can be exported.
   */
  readonly keys: KeySource | CryptoKeyPair;
  /**
   * The algorithms that the server accepts: `dpop_signing_alg_values_supported` of its metadata. The first that this package
   * prefers is used: ES256, EdDSA, Ed25519, ES384, PS256, RS256. Default: ES256.
   */
  readonly algorithms?: readonly string[] | undefined;
  /**
   * Accepts no Bearer token: `getToken` then throws a ClientConfigError, and the session is kept. Default false: a Bearer
   * token is used as one, which the event `not_bound` reports.
   */
  readonly required?: boolean | undefined;
  /** The source of time, for tests. Default: the system's clocks. */
  readonly clock?: Clock | undefined;
}

/**
 * Creates what `createTokenClient`, the functions of `./grants` and, through the client, `authorizedFetch` take as `dpop`.
 * Use one per key and process: it remembers the servers' nonces. Creates nothing before its first use.
 */
export function dpop({ keys, algorithms, required = false, clock = systemClock }: DpopOptions): Dpop {
  let loaded: Promise<ProofKey> | undefined;
  /** Loaded once; after a failure, the next call tries again. */
  const key = () => {
    loaded ??= loadKey(keys, algorithms);
    loaded.catch(() => (loaded = undefined));
    return loaded;
  };
  const thumbprint = async () => (await key()).thumbprint;
  const sender = proofSender(key, clock);
  return {
    ...sender,
    keyPair: async () => (await key()).pair,
    thumbprint,
    bind: (session) => bindSession(session, { thumbprint, required, tokenFetch: sender.tokenFetch }),
  };
}

function bindSession(
  session: DpopSession,
  {
    thumbprint,
    required,
    tokenFetch,
  }: Pick<Dpop, "thumbprint" | "tokenFetch"> & { readonly required: boolean },
): ReturnType<Dpop["bind"]> {
  let answered = false;
  const proven = tokenFetch(session.fetch);
  return {
    store: boundStore({ ...session, thumbprint, required, isAnswered: () => answered }),
    async fetch(input, init) {
      const response = await proven(input, init);
      answered ||= response.ok;
      return response;
    },
    checkType(tokenType) {
      if (!required || isBound(tokenType)) return;
      throw new ClientConfigError("The token is not bound to a key, which `dpop` requires");
    },
  };
}

/** @throws StoreError the key cannot be read or stored; ClientConfigError it cannot be used */
async function loadKey(keys: DpopOptions["keys"], algorithms: DpopOptions["algorithms"]): Promise<ProofKey> {
  if ((globalThis.crypto as Partial<Crypto> | undefined)?.subtle === undefined) {
    throw new ClientConfigError("`dpop` requires WebCrypto, which pages have over https alone");
  }
  const create = async (extractable: boolean) => {
    const algorithm = proofAlgorithm(algorithms ?? ["ES256"]);
    const pair = await crypto.subtle.generateKey(cryptoParams(algorithm), extractable, ["sign", "verify"]);
    return pair as CryptoKeyPair;
  };
  return proofKey(typeof keys === "function" ? await keys(create) : keys, algorithms);
}
