import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

/** One browser's request for a sign-in at the provider's login page. */
export interface LoginChallenge {
  /** 16 random bytes, base64url. */
  id: string;
  /** Digest of the browser's cookie: the answer is valid in this browser alone. */
  browser: string;
  /** The authorization request to continue with, as a query string. */
  query: string;
  /** ms */
  expiresAt: number;
}

type MasterKeys = readonly [MasterKey, ...MasterKey[]];

const ID_BYTES = 16;
const MAC_BYTES = 32;

/** A new challenge for a browser, given by the value of its cookie; `expiresAt` in ms. */
export function newLoginChallenge(browser: string, query: string, expiresAt: number): LoginChallenge {
  return {
    id: randomBytes(ID_BYTES).toString("base64url"),
    browser: browserDigest(browser),
    query,
    expiresAt,
  };
}

/**
 * The challenge as the login page gets it: MAC (32 bytes) ‖ JSON, in base64url. It holds nothing that the browser does not
 * know, and cannot be forged, so nothing is stored for an unauthenticated request.
 */
export function sealLoginChallenge([master]: MasterKeys, challenge: LoginChallenge): string {
  const json = Buffer.from(JSON.stringify(challenge));
  return Buffer.concat([mac(master, "challenge", json), json]).toString("base64url");
}

/** Reads a challenge. Undefined: its MAC fits under none of the master keys. */
export function openLoginChallenge(masters: MasterKeys, sealed: string): LoginChallenge | undefined {
  const bytes = decode(sealed);
  if (bytes.length <= MAC_BYTES) return undefined;
  const json = bytes.subarray(MAC_BYTES);
  const given = bytes.subarray(0, MAC_BYTES);
  if (!masters.some((master) => timingSafeEqual(mac(master, "challenge", json), given))) return undefined;
  return JSON.parse(json.toString()) as LoginChallenge;
}

/**
 * The secret that the browser brings back from the login page, which proves that its challenge was accepted. Derived, so
 * that a repeated answer yields the same.
 */
export function loginVerifier([master]: MasterKeys, { id }: LoginChallenge): string {
  return mac(master, "verifier", Buffer.from(id)).toString("base64url");
}

/** Whether `verifier` belongs to the challenge. Constant time. */
export function isLoginVerifier(masters: MasterKeys, { id }: LoginChallenge, verifier: string): boolean {
  const given = decode(verifier);
  if (given.length !== MAC_BYTES) return false;
  return masters.some((master) => timingSafeEqual(mac(master, "verifier", Buffer.from(id)), given));
}

/** Whether the challenge was issued to this browser. Digests of a secret need no constant time. */
export function isOfBrowser(challenge: LoginChallenge, browser: string): boolean {
  return challenge.browser === browserDigest(browser);
}

/** The store's key of a challenge: SHA-256 of its id. */
export function loginDigest({ id }: LoginChallenge): Buffer {
  return hash("sha256", id, "buffer");
}

/** base64url in its canonical spelling; another spelling yields no bytes. */
function decode(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : Buffer.alloc(0);
}

function browserDigest(browser: string): string {
  return hash("sha256", browser, "base64url");
}

function mac(master: MasterKey, purpose: "challenge" | "verifier", data: Buffer): Buffer {
  const key = derive(master.bytes, `regrant login ${purpose}`, MAC_BYTES);
  return createHmac("sha256", key).update(data).digest();
}
