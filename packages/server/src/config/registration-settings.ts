import { z } from "zod";
import { DAY, HOUR, perMinute, seconds, YEAR } from "./setting.ts";
import type { Setting } from "./setting.ts";
import { privateSchemes } from "./uri-schemes.ts";
import { oneOf, scopeNames, wholeNumber } from "./values.ts";

/** Clients that register themselves: RFC 7591, and client ID metadata documents. */
export const REGISTRATION_SETTINGS = {
  // RFC 7591 §3: open registration is protected by its limits alone.
  registration: {
    group: "Registration",
    schema: oneOf(["off", "token", "open"]),
    form: "text",
    default: "off",
    description:
      "Dynamic client registration (RFC 7591): `off`; `token`, with a registration token; `open`, for " +
      "all, as MCP clients expect.",
  },
  // Off by default: the service then makes requests to hosts that strangers name.
  clientMetadataDocuments: {
    group: "Registration",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Accept the https URL of a client ID metadata document as a client id. Documents are fetched " +
      "from public addresses only.",
  },
  registrationScopes: {
    group: "Registration",
    schema: scopeNames,
    form: "list",
    default: [],
    description: "Scopes that clients which registered themselves may request.",
  },
  // The editors among the MCP clients: each registers all of its redirect URIs at once, one of them with its scheme.
  registrationSchemes: {
    group: "Registration",
    schema: privateSchemes,
    form: "list",
    default: ["cursor", "vscode", "vscode-insiders", "windsurf"],
    description:
      "Private-use schemes that clients which registered themselves may have in their redirect URIs, beside those " +
      "named after a domain, such as `com.example.app`. Any other program on the user's device may claim such a scheme.",
  },
  registrationsPerMinute: perMinute(
    "Registration",
    20,
    "Registrations from one address, with one registration token, and changes of one client, per minute, before they are throttled.",
  ),
  // Bounds what strangers can store.
  registrationMaxUnused: {
    group: "Registration",
    schema: wholeNumber(1, 1_000_000),
    form: "number",
    default: 10_000,
    description:
      "Maximum number of registered clients without a grant; further registrations are refused with " +
      "503.",
  },
  registrationUnusedTtl: seconds(7 * DAY, HOUR, YEAR, {
    group: "Registration",
    description: "How long a client that registered itself is kept without a grant. An hour to a year.",
  }),
} as const satisfies Record<string, Setting>;
