import { sameResource } from "../config/resource-identifier.ts";
import type { DisabledOutcome, Grant, GrantClaims, NewGrant } from "./grants.ts";

// The part of the port for devices without a browser or a keyboard (RFC 8628). Conventions as in authorization.ts.

/** A device's request for a grant, which a user allows or denies in a browser. */
export interface NewDeviceRequest {
  /** Of the device code. */
  digest: Buffer;
  /** HMAC of the user code under a key that is not in the store: a plain digest of so short a code could be searched. */
  userCode: Buffer;
  clientId: string;
  scope: string;
  /** null: the client's own audience (RFC 8707). */
  resource: string | null;
  /** Of the grant that it becomes; by default null. */
  claims?: GrantClaims | null;
  /** s */
  ttl: number;
  /** The minimum time between two polls, s. */
  interval: number;
}

/** A request in the store. */
export interface DeviceRequest {
  clientId: string;
  scope: string;
  resource: string | null;
  createdAt: number;
  expiresAt: number;
  interval: number;
  /** null: not yet. */
  polledAt: number | null;
  state: "pending" | "allowed" | "denied";
  /** Who allowed or denied it; null: pending. */
  subject: string | null;
  /** When the subject authenticated. */
  authTime: number | null;
  claims: GrantClaims | null;
  /** The grant that it became, and when; null: not yet redeemed. */
  grantId: string | null;
  redeemedAt: number | null;
}

/** A subject's decision about a request. */
export interface DeviceDecision {
  subject: string;
  authTime: number;
  /** How the subject authenticated, added to the claims of the grant; by default null: not known. */
  acr?: string | null;
  allowed: boolean;
  /** Digest of the sign-in in which the subject authenticated. */
  signIn: Buffer;
}

/** A device code as an authenticated client presents it. */
export interface PresentedDeviceCode {
  digest: Buffer;
  clientId: string;
  /** As in NewDeviceRequest; undefined: not requested. */
  resource: string | null | undefined;
  /** How long a repeated redemption gets the same grant, s. */
  retryWindow: number;
  /** Of the grant that it becomes; the secret is derived from the code, so a repetition has the same. */
  grant: { id: string; secretHash: Buffer; maxTtl: number; binding: string | null };
}

/**
 * Why a device code is refused: the errors of RFC 8628 §3.5 and those that any code has. `code_spent`: a repeated
 * redemption found its grant refreshed or revoked. `binding_mismatch`: it does not prove the key of its grant.
 */
export type RefusedDevice =
  | "unknown_code"
  | "client_mismatch"
  | "code_reused"
  | "code_spent"
  | "binding_mismatch"
  | "denied"
  | "code_expired"
  | "authorization_pending"
  | "slow_down"
  | "resource_mismatch"
  | DisabledOutcome;

/**
 * The outcome of a poll, at the instant `at`, ms. `repeated`: the grant of an earlier redemption, whose response was
 * lost.
 */
export type PolledDevice =
  { outcome: "redeemed" | "repeated"; at: number; grant: Grant } | { outcome: RefusedDevice };

/** Requests of devices, each decided once by a user and redeemed once by the device. */
export interface DeviceStore {
  /** Stores a pending request. `user_code_taken`: another pending request has the code; the caller makes a new one. */
  request(request: NewDeviceRequest): Promise<"requested" | "user_code_taken" | "client_disabled">;
  /** Undefined: no such request, it expired, or it was decided. */
  find(userCode: Buffer): Promise<DeviceRequest | undefined>;
  /**
   * Allows or denies a pending request, once, and deletes its user code. An allowed scope is added to the remembered
   * consent. `gone`: no such request, it expired, or it was decided. `signed_out`: the sign-in has ended since.
   */
  decide(
    userCode: Buffer,
    answer: DeviceDecision,
  ): Promise<"decided" | "gone" | "signed_out" | DisabledOutcome>;
  /** Decides by `judgeDeviceCode`; an allowed request becomes a grant, once. */
  poll(presented: PresentedDeviceCode): Promise<PolledDevice>;
}

/** By how much a poll that comes too soon lengthens the interval (RFC 8628 §3.5), and the longest interval, s. */
const SLOWER_BY = 5;
const LONGEST_INTERVAL = 60;

/** Tolerated earliness of a poll, ms, because networks deliver unevenly. */
const SLACK = 1000;

/** `via` of the event `grant.created`. */
export const VIA_DEVICE = "device_code";

/**
 * Decides about a presented device code (RFC 8628 §3.5). Only a client that could have redeemed it may revoke the grant
 * that it became. A second redemption inside the retry window means that the first response was lost.
 *
 * @param now the store's clock, ms
 */
export function judgeDeviceCode(
  request: DeviceRequest | undefined,
  presented: Pick<PresentedDeviceCode, "clientId" | "resource" | "retryWindow">,
  now: number,
): Exclude<RefusedDevice, "code_spent" | "binding_mismatch" | DisabledOutcome> | "repeated" | "redeemable" {
  if (request === undefined) return "unknown_code";
  if (request.clientId !== presented.clientId) return "client_mismatch";
  if (request.redeemedAt !== null) {
    return now - request.redeemedAt < presented.retryWindow * 1000 ? "repeated" : "code_reused";
  }
  if (request.state === "denied") return "denied";
  if (now >= request.expiresAt) return "code_expired";
  if (request.state === "pending") return isTooSoon(request, now) ? "slow_down" : "authorization_pending";
  const { resource } = presented;
  const fits = resource === undefined || sameResource(resource, request.resource);
  return fits ? "redeemable" : "resource_mismatch";
}

/** The grant that an allowed request becomes. */
export function grantOfDevice(
  { clientId, subject, scope, resource, authTime, claims }: DeviceRequest,
  { grant }: PresentedDeviceCode,
): NewGrant {
  const about = { clientId, subject: subject ?? "", scope, resource, authTime, claims };
  return { ...grant, ...about, via: VIA_DEVICE };
}

/** RFC 8628 §3.5: two polls are `interval` s apart; the first may come at once. */
function isTooSoon({ polledAt, interval }: DeviceRequest, now: number): boolean {
  return polledAt !== null && now - polledAt < interval * 1000 - SLACK;
}

/** The interval after a poll that came too soon, s: the client has to add 5 s as well (RFC 8628 §3.5). */
export function slowerInterval(interval: number): number {
  return Math.min(interval + SLOWER_BY, LONGEST_INTERVAL);
}

/** The grant of a repeated redemption; undefined if it was not found. */
export function repeatedDevice(
  grant: Grant | undefined,
  presented: PresentedDeviceCode,
  at: number,
): PolledDevice {
  if (grant === undefined || !isUnused(grant)) return { outcome: "code_spent" };
  // RFC 9449 §5: the tokens are for the key that the first request proved.
  if (grant.binding !== presented.grant.binding) return { outcome: "binding_mismatch" };
  return { outcome: "repeated", at, grant };
}

/**
 * Whether the first refresh token of a grant can be sent again: the device may not have received it, and has never used
 * it.
 */
function isUnused(grant: Grant): boolean {
  return grant.revokedAt === null && grant.generation === 0;
}
