import { createPublicKey, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";

export type AccessTokenVerifier = (token: string) => void;

const DIGESTS: Record<string, string | null> = { RS256: "sha256", ES256: "sha256", EdDSA: null };

/** Makes the check of an access token against the keys that the server publishes; it throws what is wrong. */
export function accessTokenVerifier(jwks: { keys: (JsonWebKey & { kid?: string })[] }): AccessTokenVerifier {
  const keys = new Map<unknown, KeyObject>(
    jwks.keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]),
  );
  return (token) => {
    const [header = "", payload = "", signature = "", ...rest] = token.split(".");
    const { alg, kid } = decode(header) as { alg: string; kid: unknown };
    const { exp } = decode(payload) as { exp: number };
    const key = keys.get(kid);
    const digest = DIGESTS[alg];
    if (key === undefined || digest === undefined || rest.length > 0) {
      throw new Error(`an access token of an unpublished key: ${header}`);
    }
    const signed = Buffer.from(`${header}.${payload}`, "latin1");
    const mark = Buffer.from(signature, "base64url");
    if (!verify(digest, signed, { key, dsaEncoding: "ieee-p1363" }, mark)) {
      throw new Error("an access token whose signature does not fit");
    }
    if (!(exp * 1000 > Date.now())) throw new Error("an access token that has expired");
  };
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
