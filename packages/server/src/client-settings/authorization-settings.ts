import { z } from "zod";
import { choice, onOff } from "./setting.ts";
import type { ClientSetting } from "./setting.ts";

/** What a client may ask for in its authorization requests, and how. */
export const AUTHORIZATION_SETTINGS = {
  securityProfile: choice(["none", "fapi2"], "security profile", {
    flag: "--security-profile <profile>",
    help: "fapi2: what FAPI 2.0 asks of client and requests is required, and the defaults follow from it",
  }),
  // RFC 9101 §10.5
  requireSignedRequest: {
    ...onOff(
      { line: "sign-in", text: (required) => (required ? "signed requests required" : undefined) },
      {
        flag: "--require-signed-request",
        help: "require authorization requests as signed request objects (RFC 9101)",
        off: "accept authorization requests that are not signed",
      },
    ),
    registration: {
      member: "require_signed_request_object",
      schema: z.boolean().catch(false),
      toMember: (required: boolean) => required || null,
    },
  },
  // JARM
  requireSignedResponse: onOff(
    { line: "sign-in", text: (required) => (required ? "signed responses required" : undefined) },
    {
      flag: "--require-signed-response",
      help: "require a response_mode with a signed response (JARM)",
      off: "accept authorization requests for a response that is not signed",
    },
  ),
  // RFC 9396 §10
  authorizationDetailsTypes: {
    schema: z
      .array(z.string({ error: "must be text" }).min(1, { error: "must not be empty" }), {
        error: "must be a list of types",
      })
      .max(50, { error: "must not hold more than 50 types" })
      .readonly(),
    default: [],
    form: "list",
    flag: "--authorization-details-type <type>",
    help: "type of authorization_details the client may request (RFC 9396), one of the setting authorizationDetailsTypes",
    show: {
      line: "authorization details",
      text: (types: readonly string[]) => (types.length === 0 ? undefined : types.join(" ")),
    },
    registration: {
      member: "authorization_details_types",
      toMember: (types: readonly string[]) => (types.length === 0 ? null : types),
    },
  },
} satisfies Record<string, ClientSetting>;
