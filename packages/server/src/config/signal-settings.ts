import { z } from "zod";
import { providerUrl } from "./account-settings.ts";
import type { Setting } from "./setting.ts";

const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: "must be domains in lower case, such as acme.example" });

const issuer = z.strictObject({
  issuer: providerUrl,
  jwksUri: providerUrl.optional(),
  identifies: z.enum(["subject", "username"]).default("subject"),
  domains: z.array(domain).min(1).optional(),
});

/** A party whose signed requests end all sessions of a subject, as the settings name it. */
export type RevocationIssuerSetting = z.output<typeof issuer>;

/** What other services tell this one. */
export const SIGNAL_SETTINGS = {
  revocationIssuers: {
    group: "Shared signals",
    schema: z
      .array(issuer, { error: "must be a list of issuers" })
      .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, {
        error: "must name each issuer once",
      }),
    form: "json",
    default: [],
    description:
      "Identity providers that may end all sessions of a subject by Global Token Revocation: " +
      '`[{"issuer": "https://acme.okta.com", "identifies": "username", "domains": ["acme.example"]}]`. The keys are those of ' +
      "`jwksUri`, by default those that the issuer's discovery document names, at a public address. `identifies` says what its `sub` is here: the `subject` (the " +
      "default), or the `username` of an account of Regrant's. With `domains`, only accounts whose username is of one of " +
      "these domains.",
  },
} as const satisfies Record<string, Setting>;
