import { z } from "zod";
import { CLIENT_SETTING_KEYS, clientSetting } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings, RegistrableKey } from "../client-settings/settings.ts";
import type { SettingViolation } from "../client-settings/violations.ts";
import { OAuthError } from "../errors/oauth-error.ts";

/** The settings that a client may register itself (RFC 7591 §2). */
export type RegisteredSettings = Pick<ClientSettings, RegistrableKey>;

const REGISTRABLE = CLIENT_SETTING_KEYS.flatMap((key) => {
  const { registration } = clientSetting(key);
  return registration === undefined ? [] : [{ key, registration, member: registration.member }];
});

/** The keys of those settings, in the order of the table. */
export const REGISTRABLE_KEYS = REGISTRABLE.map(({ key }) => key as RegistrableKey);

const METADATA = z.object({
  ...Object.fromEntries(REGISTRABLE.map(({ member, registration }) => [member, registration.schema])),
  response_types: z
    .array(z.literal("code", { error: "must be code" }), { error: "must be a list that holds only code" })
    .optional(),
});

/**
 * Checks and reads client metadata. RFC 7591 §2: unknown members MUST be ignored. The client gets the requested
 * scopes that are in `scopes`, or all of those if it requests none.
 *
 * @param defaultAuthMethod for metadata without `token_endpoint_auth_method`
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`
 */
export function readClientMetadata(
  metadata: unknown,
  scopes: readonly string[],
  defaultAuthMethod: ClientSettings["tokenEndpointAuthMethod"] = "client_secret_basic",
): RegisteredSettings {
  const parsed = METADATA.safeParse(metadata);
  if (!parsed.success) {
    const [member, index] = parsed.error.issues[0]?.path ?? [];
    const fault = parsed.error.issues[0]?.message ?? "is refused";
    throw invalidMetadata(String(member ?? ""), index === undefined ? fault : `holds a value that ${fault}`);
  }
  const members: Record<string, unknown> = parsed.data;
  // Each value has its setting's own type, because that setting's schema parsed it.
  const given = Object.fromEntries(
    REGISTRABLE.map(({ key, member }) => [key, members[member]]),
  ) as Partial<RegisteredSettings> & Pick<RegisteredSettings, "redirectUris" | "grantTypes">;
  if (given.grantTypes.includes("authorization_code") && given.redirectUris.length === 0) {
    throw invalidMetadata("redirect_uris", "must not be empty");
  }
  return {
    ...(given as RegisteredSettings),
    name: given.name || nameOf(given.clientUri ?? null, given.redirectUris),
    scopes: scopes.filter((scope) => given.scopes?.includes(scope) ?? true),
    tokenEndpointAuthMethod: given.tokenEndpointAuthMethod ?? defaultAuthMethod,
  };
}

/** The name of a client that gives none: its host, which it cannot choose as freely. */
function nameOf(clientUri: string | null, [redirectUri]: readonly string[]): string {
  const url = URL.parse(clientUri ?? redirectUri ?? "");
  return url?.host || url?.protocol.replace(/:$/, "") || "?";
}

/** Makes the error of a metadata member (RFC 7591 §3.2.2). */
export function invalidMetadata(member: string, violation: string): OAuthError {
  if (member === "") return new OAuthError("metadata_not_an_object");
  const cause = member === "redirect_uris" ? "redirect_uris_refused" : "client_metadata_refused";
  return new OAuthError(cause, { parameter: member, violation });
}

/**
 * The RFC 7591 form of a violation by the client's settings as a whole, where the metadata alone is valid. Undefined:
 * no member of the metadata is at fault.
 */
export function metadataError({ key }: SettingViolation): OAuthError | undefined {
  const member = REGISTRABLE.find((row) => row.key === key)?.member;
  return member === undefined ? undefined : invalidMetadata(member, "does not suit this client");
}

/** A client's metadata in wire names, for the responses of RFC 7591 §3.2.1 and RFC 7592 §3. */
export function clientMetadataBody(settings: RegisteredSettings): Record<string, unknown> {
  const members = REGISTRABLE.map(({ key, member, registration }): [string, unknown] => {
    const value = settings[key as ClientSettingKey & RegistrableKey];
    return [member, registration.toMember?.(value) ?? value];
  });
  return {
    ...Object.fromEntries(members.filter(([, value]) => value !== null)),
    response_types: settings.grantTypes.includes("authorization_code") ? ["code"] : [],
  };
}
