import { randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from "jose";
import { ISSUER } from "../testing.ts";

/** A client's DPoP key, and what it signs. */
export class DpopKey {
  readonly #clock: { readonly at: number };
  readonly #privateKey: CryptoKey;
  readonly alg: string;
  readonly jwk: JWK;
  /** Its thumbprint. */
  readonly jkt: string;

  private constructor(
    clock: { readonly at: number },
    { privateKey, alg, jwk, jkt }: { privateKey: CryptoKey; alg: string; jwk: JWK; jkt: string },
  ) {
    this.#clock = clock;
    this.#privateKey = privateKey;
    this.alg = alg;
    this.jwk = jwk;
    this.jkt = jkt;
  }

  static async create(clock: { readonly at: number }, alg = "ES256"): Promise<DpopKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new DpopKey(clock, { privateKey, alg, jwk, jkt: await calculateJwkThumbprint(jwk) });
  }

  /** A proof for a request to a path below the issuer, with changes of claims and header. */
  proof(
    path = "/oauth/token",
    claims: JWTPayload = {},
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    const iat = Math.floor(this.#clock.at / 1000);
    const payload = { htm: "POST", htu: `${ISSUER}${path}`, jti: randomUUID(), iat, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ typ: "dpop+jwt", alg: this.alg, jwk: this.jwk, ...header })
      .sign(this.#privateKey);
  }

  /** The header of a request with a new proof. */
  async header(path = "/oauth/token", claims: JWTPayload = {}): Promise<{ DPoP: string }> {
    return { DPoP: await this.proof(path, claims) };
  }
}
