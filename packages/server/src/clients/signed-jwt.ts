import { decodeJwt, decodeProtectedHeader } from "jose";
import type { JWTPayload } from "jose";
import type { SignatureHeader } from "./client-keys.ts";

/** By how much the clocks of client and service may differ, s: FAPI 2.0 §5.3.2.1 asks for 10. */
export const SKEW = 10;

/** A JWT that a client has signed, as it was read, before anything in it is believed. */
export interface SignedJwt {
  readonly jws: string;
  readonly header: SignatureHeader;
  readonly typ: string | undefined;
  readonly claims: JWTPayload;
}

/**
 * Reads a JWT (RFC 7519 §7.2) without verifying it.
 *
 * @param maxLength characters
 * @returns undefined: it is longer, is not a JWS in compact form with JSON in it, or has critical header parameters (RFC
 *   7515 §4.1.11)
 */
export function readSignedJwt(jws: string, maxLength: number): SignedJwt | undefined {
  if (jws.length > maxLength) return undefined;
  try {
    const { alg = "", kid, typ, crit } = decodeProtectedHeader(jws);
    const isRight = [kid, typ].every((one) => one === undefined || typeof one === "string");
    if (crit !== undefined || !isRight) return undefined;
    return { jws, header: { alg, kid }, typ, claims: decodeJwt(jws) };
  } catch {
    return undefined;
  }
}
