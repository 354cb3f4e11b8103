import { credentialOf } from "./auth-methods.ts";
import type { ClientFacts } from "./setting.ts";

/** Whether a client is held to the FAPI 2.0 Security Profile. */
export function isFapi2({ securityProfile }: Pick<ClientFacts, "securityProfile">): boolean {
  return securityProfile === "fapi2";
}

/** How a client of the profile authenticates by default. */
export const FAPI2_METHOD = "private_key_jwt";

/** Whether a client's tokens are bound by DPoP by default: FAPI 2.0 §5.3.2.1 asks for a sender constraint. */
export function isDpopDefault(client: Pick<ClientFacts, "securityProfile" | "tlsBound">): boolean {
  return isFapi2(client) && !client.tlsBound;
}

/** The methods of FAPI 2.0 §5.3.2.1: the client proves that it has a key or a certificate. */
const STRONG: ReadonlySet<unknown> = new Set(["key", "certificate"]);

/** Whether the client proves that it has a key or a certificate. */
export function isStrong(method: string): boolean {
  return STRONG.has(credentialOf(method));
}

/** Whether a redirect URI is one of the profile. */
export function isHttps(uri: string): boolean {
  return uri.startsWith("https://");
}
