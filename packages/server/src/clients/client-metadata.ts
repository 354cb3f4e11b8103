import { z } from "zod";
import { MAX_REGISTERED_NAME } from "../client-settings/identity-settings.ts";
import { CLIENT_SETTING_KEYS, clientSetting, memberOf } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings, RegistrableKey } from "../client-settings/settings.ts";
import type { SettingViolation } from "../client-settings/violations.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { negotiateAuthentication } from "./negotiate-authentication.ts";
import {
  invalidMetadata,
  negotiateDetailTypes,
  negotiateGrantTypes,
  negotiateScopes,
} from "./negotiate-metadata.ts";
import type { Members, MetadataRules } from "./negotiate-metadata.ts";

/** The settings that a client may register itself (RFC 7591 §2). */
export type RegisteredSettings = Pick<ClientSettings, RegistrableKey>;

const REGISTRABLE = CLIENT_SETTING_KEYS.flatMap((key) => {
  const { registration } = clientSetting(key);
  return registration === undefined ? [] : [{ key, registration, member: registration.member }];
});

/** The keys of those settings, in the order of the table. */
export const REGISTRABLE_KEYS = REGISTRABLE.map(({ key }) => key as RegistrableKey);

/** The members whose value is judged by itself; `negotiate-metadata.ts` decides the others. */
const METADATA = z.object(
  Object.fromEntries(
    REGISTRABLE.flatMap(({ member, registration: { schema } }) =>
      schema === undefined ? [] : [[member, schema]],
    ),
  ),
);

/**
 * Reads client metadata as it can be registered. RFC 7591 §2: unknown members MUST be ignored. `null` and empty members
 * count as absent. What cannot be registered is left out or replaced, as §3.2.1 permits: a program that registers
 * writes for many servers, and learns from the response, or from nothing, what it got. Refused is what leaves nothing
 * to use, and what is unsafe.
 *
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`; the text names the member
 */
export function readClientMetadata(metadata: unknown, rules: MetadataRules): RegisteredSettings {
  const members = presentMembers(metadata);
  const parsed = METADATA.safeParse(Object.fromEntries(members));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidMetadata(String(issue?.path[0]), issue?.message ?? "is refused");
  }
  const values: Record<string, unknown> = parsed.data;
  // Each value has its setting's own type, because that setting's schema parsed it.
  const given = Object.fromEntries(
    REGISTRABLE.map(({ key, member }) => [key, values[member]]),
  ) as unknown as RegisteredSettings;
  const { grantTypes, redirectUris } = negotiateGrantTypes(members, rules);
  return {
    ...given,
    grantTypes,
    redirectUris,
    name: given.name || nameOf(given.clientUri, redirectUris),
    scopes: negotiateScopes(members, rules),
    authorizationDetailsTypes: negotiateDetailTypes(members, rules),
    ...negotiateAuthentication(members, rules),
  };
}

/** @throws OAuthError `invalid_client_metadata` if it is not a JSON object */
export function presentMembers(metadata: unknown): Members {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw new OAuthError("metadata_not_an_object");
  }
  return new Map(Object.entries(metadata).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  const isNothing = (one: unknown) => one === null || one === "";
  return isNothing(value) || (Array.isArray(value) && value.every(isNothing));
}

/** The name of a client that gives none: its host, which it cannot choose as freely, or its private-use scheme. */
function nameOf(clientUri: string | null, [redirectUri]: readonly string[]): string {
  const url = URL.parse(clientUri ?? redirectUri ?? "");
  const scheme = url?.protocol.slice(0, -1) ?? "";
  const name = /^https?$/.test(scheme) ? url?.host : scheme;
  return name?.slice(0, MAX_REGISTERED_NAME) || "?";
}

/**
 * The RFC 7591 form of a violation by the client's settings as a whole, where the metadata alone is valid. Undefined:
 * no member of the metadata is at fault.
 */
export function metadataError({ key, member: own, message }: SettingViolation): OAuthError | undefined {
  const member = REGISTRABLE.find((row) => row.key === key)?.member;
  if (member === undefined) return undefined;
  const predicate = message
    .slice(own.length + 1, -1)
    .replaceAll(/\w+/g, (word) => WIRE_NAMES.get(word) ?? word);
  // RFC 6749 §5.2: ASCII without quotation marks.
  return invalidMetadata(member, predicate.replaceAll("§", "section "));
}

/** The metadata's names of settings, by those of the admin API, which violations name. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map(
  REGISTRABLE.map(({ key, member }) => [memberOf(key), member]),
);

/** A client's metadata in wire names, for the responses of RFC 7591 §3.2.1 and RFC 7592 §3. */
export function clientMetadataBody(settings: RegisteredSettings): Record<string, unknown> {
  const members = REGISTRABLE.map(({ key, member, registration }): [string, unknown] => {
    const value = settings[key as ClientSettingKey & RegistrableKey];
    return [member, registration.toMember === undefined ? value : registration.toMember(value)];
  });
  return {
    ...Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined)),
    response_types: settings.grantTypes.includes("authorization_code") ? ["code"] : [],
  };
}
