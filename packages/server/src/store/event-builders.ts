import type { ClientSettings } from "./clients.ts";
import type { DeniedToken } from "./grants.ts";

/** What the event of a client's end says; its id on the wire too, by which others know its tokens, if it has another one. */
export function clientRevocation(settings: string, actor: string): Record<string, unknown> {
  const { metadataUri } = JSON.parse(settings) as ClientSettings;
  return metadataUri === null ? { actor } : { actor, wire_client_id: metadataUri };
}

/** What an `access_token.revoked` event of another copy of the store says. */
export function deniedToken(data: Record<string, unknown>, clientId: string, actor: string): DeniedToken {
  return { jti: String(data["jti"]), expiresAt: Number(data["expires_at"]), clientId, actor };
}
