import { OFFLINE_ACCESS } from "../grant-types/scope.ts";
import { encodeAccessToken } from "../tokens/access-token.ts";
import type { AccessTokenProfile } from "../store/store.ts";
import type { Instance } from "../openapi/instance.ts";

/** The two parts of a JWT that can be read. */
export interface DecodedToken {
  header: Readonly<Record<string, unknown>>;
  claims: Readonly<Record<string, unknown>>;
}

/** An instant of the example, s. */
const NOW = 1_800_000_000;

/** An access token of a user as this instance issues it to a new client, decoded. */
export function exampleAccessToken(instance: Instance, profile: AccessTokenProfile): DecodedToken {
  const { issuer, audience, lifetimes } = instance;
  const scopes = Object.keys(instance.scopes).filter((scope) => scope !== OFFLINE_ACCESS);
  const [algorithm = ""] = signingAlgorithms(instance);
  const encoded = encodeAccessToken(
    {
      profile,
      issuer,
      audience,
      clientId: "6f0f8f0e-58f0-4f0e-9f8e-3f0b8f0e58f0",
      subject: "customer-7",
      scope: scopes.length === 0 ? "read" : scopes.join(" "),
      issuedAt: NOW,
      expiresAt: NOW + lifetimes.accessTtl,
      grant: { id: "01a2062f-8057-775b-89e3-0fa650ea1491", generation: 1, authTime: NOW * 1000 },
    },
    { kid: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM", algorithm },
  );
  const [header = "", claims = ""] = encoded.split(".");
  return { header: decoded(header), claims: decoded(claims) };
}

/** The algorithms of the keys that are published now. */
export function signingAlgorithms({ metadata }: Instance): readonly string[] {
  return metadata()["access_token_signing_alg_values_supported"] as readonly string[];
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
}
