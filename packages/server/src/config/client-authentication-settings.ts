import { z } from "zod";
import type { Setting } from "./setting.ts";

const onOff = z.boolean({ error: "must be true or false" });

/** What is accepted of a client that authenticates by `private_key_jwt` (RFC 7523 §2.2). */
export const CLIENT_AUTHENTICATION_SETTINGS = {
  // draft-ietf-oauth-rfc7523bis-11 §4: the issuer is the only audience, so that no other server can use an assertion here.
  assertionTokenUrl: {
    group: "Client authentication",
    schema: onOff,
    form: "boolean",
    default: false,
    description:
      "Accept the URL of the token endpoint, as a string, as the `aud` of a client assertion too, for clients that know " +
      "RFC 7523 only in its first version. By default only the issuer is.",
  },
  assertionRs256: {
    group: "Client authentication",
    schema: onOff,
    form: "boolean",
    default: false,
    description:
      "Accept client assertions that are signed with RS256, for clients that cannot do better. FAPI 2.0 forbids it.",
  },
} as const satisfies Record<string, Setting>;
