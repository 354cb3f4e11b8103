import { z } from "zod";
import type { Setting } from "./setting.ts";
import { issuerList, PUBLIC_KEY_ALGORITHMS, trustedIssuer } from "./trusted-issuers.ts";

/** What an issuer's JWTs are taken for. */
export const ASSERTION_USES = ["id-jag", "assertion", "subject_token", "actor_token"] as const;
export type AssertionUse = (typeof ASSERTION_USES)[number];

const issuer = trustedIssuer.extend({
  algorithms: z.array(z.enum(PUBLIC_KEY_ALGORITHMS)).min(1).default(["RS256", "PS256", "ES256", "EdDSA"]),
  accepts: z.array(z.enum(ASSERTION_USES)).min(1).default(["id-jag"]),
  clients: z.array(z.string()).min(1).optional(),
  scopes: z.array(z.string()).optional(),
  identifies: z.enum(["subject", "username", "email"]).default("subject"),
});

/** A party whose JWTs get access tokens here, as the settings name it. */
export type AssertionIssuerSetting = z.output<typeof issuer>;

/** Whose JWTs are taken for users. */
export const ASSERTION_SETTINGS = {
  assertionIssuers: {
    group: "Delegation",
    schema: issuerList(issuer),
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

/** Whether any of the issuers has its JWTs taken for one of these uses. */
export function anyAccepts(
  issuers: readonly Pick<AssertionIssuerSetting, "accepts">[],
  ...uses: readonly AssertionUse[]
): boolean {
  return issuers.some(({ accepts }) => accepts.some((use) => uses.includes(use)));
}
