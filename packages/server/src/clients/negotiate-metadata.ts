import { MAX_REDIRECT_URIS, USER_GRANT_TYPES } from "../client-settings/identity-settings.ts";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { redirectUriViolation } from "../client-settings/redirect-uri.ts";
import type { UriViolation } from "../client-settings/redirect-uri.ts";
import type { ClientSettings } from "../client-settings/settings.ts";
import { OAuthError } from "../errors/oauth-error.ts";

/** The members of client metadata that have a value: neither `null` nor empty. */
export type Members = ReadonlyMap<string, unknown>;

/** How many values of a list are looked at: more than any client has, and few enough to be judged in no time. */
const MAX_LISTED = 100;

export type AuthMethod = ClientSettings["tokenEndpointAuthMethod"];

/** What a client that registers itself may be registered with. */
export interface MetadataRules {
  /** The scopes that it may have. */
  scopes: readonly string[];
  /** The types of authorization details that it may have. */
  detailTypes: readonly string[];
  /** Private-use schemes of its redirect URIs, beside those named after a domain. Lower case, without a colon. */
  schemes: readonly string[];
  /** How it may authenticate, the default first. */
  authMethods: readonly [AuthMethod, ...AuthMethod[]];
  /** By what algorithms it may sign to authenticate. */
  algorithms: readonly [string, ...string[]];
  /** An unsafe redirect URI among others refuses the metadata, and is not just left out. */
  refusesUnsafeUris: boolean;
}

/**
 * The grant types that can be registered, with the redirect URIs and response types that they need (RFC 7591 §2.1); the
 * others are left out, as are redirect URIs beyond the maximum. A client that can be granted something may refresh it,
 * whether it listed `refresh_token` or not.
 *
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata` if nothing is left by which the client gets a
 *   grant, or a redirect URI is unsafe and the rules refuse that
 */
export function negotiateGrantTypes(
  members: Members,
  { schemes, refusesUnsafeUris }: MetadataRules,
): Pick<ClientSettings, "grantTypes" | "redirectUris"> {
  const asked = new Set(listOf(members, "grant_types"));
  asked.delete("refresh_token");
  if (asked.size === 0) asked.add("authorization_code");
  const hasDevice = asked.has(DEVICE_CODE);
  if (!hasDevice && !asked.has("authorization_code")) {
    throw invalidMetadata("grant_types", `must hold authorization_code or ${DEVICE_CODE}`);
  }
  const hasCode = asked.has("authorization_code") && responseTypesOf(members).includes("code");
  if (!hasCode && !hasDevice) throw invalidMetadata("response_types", "must hold code");

  const { accepted, violations } = judgeUris(listOf(members, "redirect_uris") ?? [], schemes);
  const unsafe = refusesUnsafeUris ? violations.find(({ isUnsafe }) => isUnsafe) : undefined;
  const violation = unsafe ?? (hasDevice || accepted.length > 0 ? undefined : (violations[0] ?? MISSING));
  if (violation !== undefined) throw invalidMetadata("redirect_uris", violation.message);
  const usable = {
    authorization_code: hasCode && accepted.length > 0,
    refresh_token: true,
    [DEVICE_CODE]: hasDevice,
  };
  return { grantTypes: USER_GRANT_TYPES.filter((type) => usable[type]), redirectUris: accepted };
}

/** The requested scopes that the client may have; all of these if it requests none, or none of them. */
export function negotiateScopes(members: Members, { scopes }: MetadataRules): readonly string[] {
  const named = new Set(textOf(members, "scope")?.split(" "));
  const granted = scopes.filter((one) => named.has(one));
  return granted.length === 0 ? [...scopes] : granted;
}

/** The requested types of authorization details that the client may have (RFC 9396 §10); none if it requests none. */
export function negotiateDetailTypes(members: Members, { detailTypes }: MetadataRules): readonly string[] {
  const named = listOf(members, "authorization_details_types") ?? [];
  return detailTypes.filter((type) => named.includes(type));
}

/** RFC 7591 §2: by default `code`. */
function responseTypesOf(members: Members): string[] {
  return listOf(members, "response_types") ?? ["code"];
}

const MISSING: UriViolation = { message: "must be a list of URIs", isUnsafe: false };

/** Sorts redirect URIs into those that can be registered, each once, and what is wrong with the others. */
function judgeUris(
  uris: readonly string[],
  schemes: readonly string[],
): { accepted: string[]; violations: UriViolation[] } {
  const accepted: string[] = [];
  const violations: UriViolation[] = [];
  for (const uri of new Set(uris)) {
    const violation = redirectUriViolation(uri, schemes);
    if (violation === undefined) accepted.push(uri);
    else {
      const message = `holds a value that is not a valid redirect URI: ${violation.message}`;
      violations.push({ ...violation, message });
    }
  }
  return { accepted: accepted.slice(0, MAX_REDIRECT_URIS), violations };
}

/** A member that is a text; undefined for anything else, which counts as absent. */
export function textOf(members: Members, member: string): string | undefined {
  const value = members.get(member);
  return typeof value === "string" ? value : undefined;
}

/** The first texts in a member that is a list; undefined if there are none, which counts as absent. */
export function listOf(members: Members, member: string): string[] | undefined {
  const value = members.get(member);
  if (!Array.isArray(value)) return undefined;
  const texts = value.slice(0, MAX_LISTED).filter((one) => typeof one === "string" && one !== "");
  return texts.length === 0 ? undefined : texts;
}

/** Makes the error of a metadata member (RFC 7591 §3.2.2). */
export function invalidMetadata(member: string, violation: string): OAuthError {
  const cause = member === "redirect_uris" ? "redirect_uris_refused" : "client_metadata_refused";
  return new OAuthError(cause, { parameter: member, violation });
}
