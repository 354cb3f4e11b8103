import { failuresPerMinute, HOUR, seconds } from "./setting.ts";
import type { Setting } from "./setting.ts";

/** Devices that somebody signs in with another one (RFC 8628). */
export const DEVICE_SETTINGS = {
  deviceCodeTtl: seconds(600, 60, HOUR, {
    group: "Lifetimes",
    description: "How long a person has to allow what a device asks for: 60 to 3600.",
  }),
  devicePollInterval: seconds(5, 1, 60, {
    group: "Lifetimes",
    description: "How long a device waits from one poll to the next, at least: 1 to 60.",
  }),
  deviceRequestsPerMinute: failuresPerMinute(
    60,
    "Requests of devices from one address, per minute, before it must wait.",
  ),
  userCodeFailuresPerMinute: failuresPerMinute(
    10,
    "Wrong user codes from one address, and of one person, per minute, before they must wait.",
  ),
} as const satisfies Record<string, Setting>;
