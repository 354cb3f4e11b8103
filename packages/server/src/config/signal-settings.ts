import { z } from "zod";
import type { Setting } from "./setting.ts";
import { issuerList, trustedIssuer } from "./trusted-issuers.ts";

const issuer = trustedIssuer.extend({
  identifies: z.enum(["subject", "username"]).default("subject"),
});

/** A party whose signed requests end all sessions of a subject, as the settings name it. */
export type RevocationIssuerSetting = z.output<typeof issuer>;

/** What other services tell this one. */
export const SIGNAL_SETTINGS = {
  revocationIssuers: {
    group: "Shared signals",
    schema: issuerList(issuer),
    form: "json",
    default: [],
    description:
      "Identity providers that may end all sessions of a subject by Global Token Revocation: " +
      '`[{"issuer": "https://acme.okta.com", "identifies": "username", "domains": ["acme.example"]}]`. The keys are those of ' +
      "`jwksUri`, by default those that the issuer's discovery document names, at a public address. `identifies` says what " +
      "its `sub` is here: the `subject` (the default), or the `username` of an account of Regrant's. With `domains`, only " +
      "accounts whose username is of one of these domains.",
  },
} as const satisfies Record<string, Setting>;
