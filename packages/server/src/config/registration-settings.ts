import { z } from "zod";
import { DAY, HOUR, perMinute, seconds, YEAR } from "./setting.ts";
import type { Setting } from "./setting.ts";
import { oneOf, scopeNames, wholeNumber } from "./values.ts";

/** Clients that nobody has registered: RFC 7591, and client ID metadata documents. */
export const REGISTRATION_SETTINGS = {
  registration: {
    group: "Registration",
    schema: oneOf(["off", "token", "open"]),
    form: "text",
    default: "off",
    description:
      "Whether applications may register themselves (RFC 7591): `off`; `token`, with a registration token; `open`, " +
      "anybody, as MCP clients expect it.",
  },
  clientMetadataDocuments: {
    group: "Registration",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Take the https URL of a client ID metadata document as a client id. The document is fetched from public " +
      "addresses only.",
  },
  registrationScopes: {
    group: "Registration",
    schema: scopeNames,
    form: "list",
    default: [],
    description: "The scopes that an application which registered itself may ask people for.",
  },
  registrationsPerMinute: perMinute(
    "Registration",
    20,
    "Registrations from one address, per minute, before it must wait.",
  ),
  registrationMaxUnused: {
    group: "Registration",
    schema: wholeNumber(1, 1_000_000),
    form: "number",
    default: 10_000,
    description: "How many applications that nobody has used yet are kept; further ones have to wait.",
  },
  registrationUnusedTtl: seconds(7 * DAY, HOUR, YEAR, {
    group: "Registration",
    description:
      "How long an application that registered itself is kept without ever being used: an hour to a year.",
  }),
} as const satisfies Record<string, Setting>;
