import { randomBytes } from "node:crypto";

/** A secret of a webhook. */
export interface WebhookSecret {
  /** `whsec_` and the key in base64, as Standard Webhooks writes it. */
  value: string;
  /** Until when it signs, ms; null: until it is replaced. */
  endsAt: number | null;
}

/** 256 bits: as many as the MAC has. */
const SECRET_BYTES = 32;
/** Each is a signature more in every message. */
const MOST_EARLIER = 2;

/** A new secret, which signs until it is replaced. */
export function newWebhookSecret(): WebhookSecret {
  return { value: `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`, endsAt: null };
}

/** A new secret and the earlier ones, which sign too for `overlap` ms. The newest is the first. */
export function rotatedSecrets(
  secrets: readonly WebhookSecret[],
  now: number,
  overlap: number,
): [WebhookSecret, ...WebhookSecret[]] {
  const earlier = secrets.map(({ value, endsAt }) => ({
    value,
    endsAt: Math.min(endsAt ?? Infinity, now + overlap),
  }));
  return [newWebhookSecret(), ...activeSecrets(earlier, now).slice(0, MOST_EARLIER)];
}

/** Those that sign now. */
export function activeSecrets(secrets: readonly WebhookSecret[], now: number): WebhookSecret[] {
  return secrets.filter(({ endsAt }) => endsAt === null || endsAt > now);
}
