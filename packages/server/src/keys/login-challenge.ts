import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

/** What the provider's login page is asked about one browser, and where that browser goes on. */
export interface LoginChallenge {
  /** 16 random bytes, base64url. */
  id: string;
  /** Digest of the browser's own cookie: the answer is of use in this browser alone. */
  browser: string;
  /** The authorization request, as a query. */
  query: string;
  /** ms */
  expiresAt: number;
}

type MasterKeys = readonly [MasterKey, ...MasterKey[]];

const ID_BYTES = 16;
const MAC_BYTES = 32;

/** A new challenge for a browser, by the value of its cookie. */
export function newLoginChallenge(browser: string, query: string, expiresAt: number): LoginChallenge {
  return {
    id: randomBytes(ID_BYTES).toString("base64url"),
    browser: browserDigest(browser),
    query,
    expiresAt,
  };
}

/**
 * The challenge as the login page gets it. It says nothing that the browser does not know, and nobody can make another:
 * MAC ‖ JSON, in base64url. So nothing is stored at a stranger's request.
 */
export function sealLoginChallenge([master]: MasterKeys, challenge: LoginChallenge): string {
  const json = Buffer.from(JSON.stringify(challenge));
  return Buffer.concat([mac(master, "challenge", json), json]).toString("base64url");
}

/** Undefined: it is none of ours. */
export function openLoginChallenge(masters: MasterKeys, sealed: string): LoginChallenge | undefined {
  const bytes = decode(sealed);
  if (bytes.length <= MAC_BYTES) return undefined;
  const json = bytes.subarray(MAC_BYTES);
  const given = bytes.subarray(0, MAC_BYTES);
  if (!masters.some((master) => timingSafeEqual(mac(master, "challenge", json), given))) return undefined;
  return JSON.parse(json.toString()) as LoginChallenge;
}

/**
 * What the browser brings back from the login page: only who got the provider's answer knows it. Derived, so that a
 * repeated answer gives the same.
 */
export function loginVerifier([master]: MasterKeys, { id }: LoginChallenge): string {
  return mac(master, "verifier", Buffer.from(id)).toString("base64url");
}

/** Constant time. */
export function isLoginVerifier(masters: MasterKeys, { id }: LoginChallenge, verifier: string): boolean {
  const given = decode(verifier);
  if (given.length !== MAC_BYTES) return false;
  return masters.some((master) => timingSafeEqual(mac(master, "verifier", Buffer.from(id)), given));
}

/** Constant time is not needed: it is a digest of what only this browser has. */
export function isOfBrowser(challenge: LoginChallenge, browser: string): boolean {
  return challenge.browser === browserDigest(browser);
}

/** What the store knows a challenge by. */
export function loginDigest({ id }: LoginChallenge): Buffer {
  return hash("sha256", id, "buffer");
}

/** Each has one spelling; another is nothing. */
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
