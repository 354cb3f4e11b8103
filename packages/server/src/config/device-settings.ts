import { failuresPerMinute, HOUR, seconds } from "./setting.ts";
import type { Setting } from "./setting.ts";

/** Device authorization (RFC 8628). */
export const DEVICE_SETTINGS = {
  // RFC 8628 §3.2: `expires_in` and `interval` of the response.
  deviceCodeTtl: seconds(600, 60, HOUR, {
    group: "Lifetimes",
    description: "Lifetime of a device code: how long the user has to approve it. 60 to 3600 s.",
  }),
  devicePollInterval: seconds(5, 1, 60, {
    group: "Lifetimes",
    description: "Minimum time between two polls of a device. 1 to 60 s.",
  }),
  deviceRequestsPerMinute: failuresPerMinute(
    60,
    "Device authorization requests of public clients from one address, per minute, before it is throttled.",
  ),
  // RFC 8628 §5.1: user codes are short, so guesses are limited.
  userCodeFailuresPerMinute: failuresPerMinute(
    10,
    "Wrong user codes by one user, per minute, before they are throttled; ten times as many from one address.",
  ),
} as const satisfies Record<string, Setting>;
