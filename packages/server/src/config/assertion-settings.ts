import { z } from "zod";
import { providerUrl } from "./account-settings.ts";
import type { Setting } from "./setting.ts";

/** Signatures with a public key. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

/** What an issuer's JWTs are taken for. */
export const ASSERTION_USES = ["id-jag", "assertion", "subject_token", "actor_token"] as const;
export type AssertionUse = (typeof ASSERTION_USES)[number];

const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: "must be domains in lower case, such as acme.example" });

const issuer = z.strictObject({
  issuer: providerUrl,
  jwksUri: providerUrl.optional(),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(["RS256", "PS256", "ES256", "EdDSA"]),
  accepts: z.array(z.enum(ASSERTION_USES)).min(1).default(["id-jag"]),
  clients: z.array(z.string()).min(1).optional(),
  scopes: z.array(z.string()).optional(),
  identifies: z.enum(["subject", "username", "email"]).default("subject"),
  domains: z.array(domain).min(1).optional(),
});

/** A party whose JWTs get access tokens here, as the settings name it. */
export type AssertionIssuerSetting = z.output<typeof issuer>;

/** Whose JWTs are taken for users. */
export const ASSERTION_SETTINGS = {
  assertionIssuers: {
    group: "Delegation",
    schema: z
      .array(issuer, { error: "must be a list of issuers" })
      .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, {
        error: "must name each issuer once",
      }),
    form: "json",
    default: [],
    description:
      "Identity providers whose JWTs get access tokens for their users: " +
      '`[{"issuer": "https://acme.okta.com", "identifies": "email", "domains": ["acme.example"]}]`. The keys are those of ' +
      "`jwksUri`, by default those that the issuer's discovery document names, at a public address; `algorithms` limits their " +
      "signatures. `accepts` says what its JWTs are taken for: `id-jag` (the default), `assertion` (RFC 7523), and in token " +
      "exchange `subject_token` and `actor_token`. `clients` and `scopes` limit who may present them and what they may get. " +
      "`identifies` says what its `sub` is here: the `subject` (the default), or the `username` of an account of Regrant's; with " +
      "`email`, its claim `email` is that. With `domains`, only accounts whose username is of one of these domains.",
  },
} as const satisfies Record<string, Setting>;
