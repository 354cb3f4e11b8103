import type { Grant } from "./grants.ts";

// The part of the port for devices without a browser or a keyboard (RFC 8628). Conventions as in authorization.ts.

/** A device asks for a grant; somebody is to allow it elsewhere. */
export interface NewDeviceRequest {
  /** Of the device code. */
  digest: Buffer;
  /** HMAC of the user code under a key that the store does not hold: from a plain digest, a code that people type is found by trying. */
  userCode: Buffer;
  clientId: string;
  scope: string;
  /** null: the client's own audience (RFC 8707). */
  resource: string | null;
  /** s */
  ttl: number;
  /** The least time between two polls, s. */
  interval: number;
}

/** A request as it stands in the store. */
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
  /** Who allowed or denied it; null: nobody yet. */
  subject: string | null;
  /** When the subject authenticated. */
  authTime: number | null;
  /** The grant that it became, and when; null: not yet redeemed. */
  grantId: string | null;
  redeemedAt: number | null;
}

/** What somebody said to a request. */
export interface DeviceAnswer {
  subject: string;
  authTime: number;
  allowed: boolean;
}

/** A device code as an authenticated client presents it. */
export interface PresentedDeviceCode {
  digest: Buffer;
  clientId: string;
  /** As in NewDeviceRequest; undefined: not asked for. */
  resource: string | null | undefined;
  /** For how long a repeated redemption gets the same grant, s. */
  retryWindow: number;
  /** Of the grant that it becomes; the secret is derived from the code, so a repetition knows it too. */
  grant: { id: string; secretHash: Buffer; maxTtl: number };
}

export type RefusedDevice =
  | "unknown_code"
  | "client_mismatch"
  | "code_reused"
  | "code_spent"
  | "denied"
  | "code_expired"
  | "authorization_pending"
  | "slow_down"
  | "resource_mismatch"
  | "client_disabled"
  | "account_disabled";

export type PolledDevice =
  { outcome: "redeemed" | "repeated"; at: number; grant: Grant } | { outcome: RefusedDevice };

export interface DeviceStore {
  /** `user_code_taken`: another pending request has it. */
  ask(request: NewDeviceRequest): Promise<"asked" | "user_code_taken" | "client_disabled">;
  /** Undefined: there is none, it expired, or it was answered. */
  find(userCode: Buffer): Promise<DeviceRequest | undefined>;
  /**
   * Allows or denies a pending request, once; its user code is forgotten. What is allowed is added to the remembered
   * consent. `gone`: there is none, it expired, or it was answered.
   */
  answer(
    userCode: Buffer,
    answer: DeviceAnswer,
  ): Promise<"answered" | "gone" | Extract<RefusedDevice, "client_disabled" | "account_disabled">>;
  /** `judgeDeviceCode` is its specification; an allowed request becomes a grant, once. */
  poll(presented: PresentedDeviceCode): Promise<PolledDevice>;
}

/** What a device that polls too soon has to wait longer from then on (RFC 8628 §3.5), and the longest wait, s. */
const SLOWER_BY = 5;
const LONGEST_INTERVAL = 60;

/** A poll may come this much too soon: networks deliver unevenly, ms. */
const SLACK = 1000;

/** Why a grant is made, as its event says. */
export const VIA_DEVICE = "device_code";

/**
 * What a presented device code meets (RFC 8628 §3.5). Only who could have redeemed a code may end the grant that it
 * became. Within the retry window a second redemption is one whose first answer was lost.
 *
 * @param now the store's clock, ms
 */
export function judgeDeviceCode(
  request: DeviceRequest | undefined,
  presented: Pick<PresentedDeviceCode, "clientId" | "resource" | "retryWindow">,
  now: number,
): Exclude<RefusedDevice, "code_spent" | "client_disabled" | "account_disabled"> | "repeated" | "redeemable" {
  if (request === undefined) return "unknown_code";
  if (request.clientId !== presented.clientId) return "client_mismatch";
  if (request.redeemedAt !== null) {
    return now - request.redeemedAt < presented.retryWindow * 1000 ? "repeated" : "code_reused";
  }
  if (request.state === "denied") return "denied";
  if (now >= request.expiresAt) return "code_expired";
  if (request.state === "pending") return isTooSoon(request, now) ? "slow_down" : "authorization_pending";
  const { resource } = presented;
  return resource === undefined || resource === request.resource ? "redeemable" : "resource_mismatch";
}

function isTooSoon({ polledAt, interval }: DeviceRequest, now: number): boolean {
  return polledAt !== null && now - polledAt < interval * 1000 - SLACK;
}

/** The interval after a poll that came too soon, s. */
export function slowerInterval(interval: number): number {
  return Math.min(interval + SLOWER_BY, LONGEST_INTERVAL);
}

/** Whether the first refresh token of a grant, which the device may have missed, can be given again. */
export function isUnused(grant: Grant): boolean {
  return grant.revokedAt === null && grant.generation === 0;
}
