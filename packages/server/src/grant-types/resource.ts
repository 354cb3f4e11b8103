import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";

/**
 * The audience that a `resource` parameter asks for (RFC 8707 §2): one of those that this service issues tokens for.
 *
 * @returns null: the client's own; undefined: none was asked for
 * @throws OAuthError `invalid_target`
 */
export function requestedResource(
  { audience, resources }: Pick<Deps, "audience" | "resources">,
  client: Pick<Client, "audience" | "profile">,
  parameters: ReadonlyMap<string, string>,
): string | null | undefined {
  const resource = parameters.get("resource");
  if (resource === undefined) return undefined;
  if (resource === (client.audience ?? audience)) return null;
  // Passport's `aud` is the client's id, whatever is asked for.
  if (client.profile === "rfc9068" && resources.has(resource)) return resource;
  throw new OAuthError("resource_mismatch");
}
