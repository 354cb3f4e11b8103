import { hash, randomBytes } from "node:crypto";
import { macOf } from "../keys/key-ring.ts";
import type { KeyRing, MacKey } from "../keys/key-ring.ts";
import type { Client, Grant, PresentedToken } from "../store/store.ts";

/**
 * The content of a refresh token whose MAC has been verified. The MAC alone proves that Regrant issued it; the secret
 * proves that it belongs to the grant, even after a MAC key leaked.
 */
export interface RefreshToken {
  grantId: string;
  generation: number;
  /** 16 random bytes, the same in every generation of the grant; the row keeps only its SHA-256. */
  secret: Buffer;
}

/** 128 bits, as the MAC: neither can be guessed (RFC 6749 §10.10). */
export const GRANT_SECRET_BYTES = 16;

const PREFIX = "rgr_";
const VERSION = 1;
const BYTES = 54;
const MAC_AT = BYTES - 16;
/** 54 bytes are 72 characters without a spare bit, so each token has one spelling. */
const FORM = /^rgr_[A-Za-z0-9_-]{72}$/;

/**
 * Encodes a refresh token: `rgr_` + base64url of version (1) · MAC key number (1) · grant id (16) ·
 * generation (uint32) · grant secret (16) · MAC (16). Deterministic, so that successors are not stored.
 */
export function sealRefreshToken({ grantId, generation, secret }: RefreshToken, macKey: MacKey): string {
  const bytes = Buffer.allocUnsafe(BYTES);
  bytes[0] = VERSION;
  bytes[1] = macKey.number;
  bytes.write(grantId.replaceAll("-", ""), 2, "hex");
  bytes.writeUInt32BE(generation, 18);
  secret.copy(bytes, 22);
  macOf(macKey.key, bytes.subarray(0, MAC_AT)).copy(bytes, MAC_AT);
  return PREFIX + bytes.toString("base64url");
}

/** Decodes a refresh token. Undefined: its MAC does not fit, or its MAC key is distrusted; the store is not asked. */
export function openRefreshToken(token: string, keys: Pick<KeyRing, "verifyMac">): RefreshToken | undefined {
  if (!FORM.test(token)) return undefined;
  const bytes = Buffer.from(token.slice(PREFIX.length), "base64url");
  if (bytes[0] !== VERSION) return undefined;
  const mac = bytes.subarray(MAC_AT);
  if (!keys.verifyMac(bytes.readUInt8(1), bytes.subarray(0, MAC_AT), mac)) return undefined;
  return {
    grantId: formatUuid(bytes.subarray(2, 18)),
    generation: bytes.readUInt32BE(18),
    secret: bytes.subarray(22, MAC_AT),
  };
}

/**
 * The store's input for a token that a client presents (RFC 6749 §6), optionally with a narrower scope or the grant's
 * resource (RFC 8707 §2.2). A scope or resource that is not given is the grant's.
 */
export function presentedToken(
  { grantId, generation, secret }: RefreshToken,
  client: Client,
  {
    scope,
    resource,
    binding = null,
    proof = null,
  }: Partial<Pick<PresentedToken, "scope" | "resource" | "binding" | "proof">> = {},
): PresentedToken {
  return {
    grantId,
    generation,
    secretHash: grantSecretHash(secret),
    clientId: client.id,
    scope,
    resource,
    binding,
    proof,
    policy: client,
    grantsRevokedAt: client.grantsRevokedAt,
  };
}

/**
 * When a grant's refresh token expires unless it is used, ms: at the end of the idle lifetime, and not later than the
 * authorization (draft-ietf-oauth-refresh-token-expiration-03 §5).
 */
export function refreshTokenEnd(grant: Grant, { refreshIdleTtl }: Pick<Client, "refreshIdleTtl">): number {
  return Math.min(grant.lastUsedAt + refreshIdleTtl * 1000, grant.expiresAt);
}

/** SHA-256 of the grant's secret, as the row stores it. */
export function grantSecretHash(secret: Buffer): Buffer {
  return Buffer.from(hash("sha256", secret, "binary"), "latin1");
}

/** A new grant's id, a UUIDv7 (RFC 9562 §5.7): 48 bits of `now` in ms, the rest random, so that ids grow with time. */
export function newGrantId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return formatUuid(bytes);
}

/** 16 bytes as a UUID's text, 8-4-4-4-12 hex digits. */
export function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
