import { z } from "zod";
import { providerUrl } from "./account-settings.ts";

/** Signatures with a public key. */
export const PUBLIC_KEY_ALGORITHMS = [
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

const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: "must be domains in lower case, such as acme.example" });

/** What each setting that names trusted issuers says of one. */
export const trustedIssuer = z.strictObject({
  issuer: providerUrl,
  /** By default the one that the issuer's discovery document names. */
  jwksUri: providerUrl.optional(),
  /** Only users whose username is of one of these domains; by default any. */
  domains: z.array(domain).min(1).optional(),
});

export type TrustedIssuerSetting = z.output<typeof trustedIssuer>;

/** A list of trusted issuers, each once. */
export function issuerList<Issuer extends z.ZodType<TrustedIssuerSetting>>(issuer: Issuer) {
  return z
    .array(issuer, { error: "must be a list of issuers" })
    .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, {
      error: "must name each issuer once",
    })
    .readonly();
}
