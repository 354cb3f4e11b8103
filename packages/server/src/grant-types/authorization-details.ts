import { isDeepStrictEqual } from "node:util";
import { isScopeToken } from "../config/values.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { AuthorizationDetail } from "../store/grant.ts";
import type { Client, Grant } from "../store/store.ts";
import type { Parameters } from "./grant-type.ts";

/** How many objects a request may have, how long it may be, bytes, and how deep: access tokens carry it in a header. */
const MAX_DETAILS = 20;
const MAX_BYTES = 4096;
const MAX_DEPTH = 6;

/** Characters that would hide text on the consent page, or change how the text beside them is shown. */
const SHOWABLE = /^[^\p{C}[\p{DI}--\uFE0F]\u2800]*$/v;

const PARAMETER = "authorization_details";

/**
 * The authorization details that a request asks for (RFC 9396 §5): each of a type that is configured and that the client
 * may use, and valid by its schema.
 *
 * @returns undefined: the request has none
 * @throws OAuthError `invalid_authorization_details`
 */
export function requestedDetails(
  { authorizationDetailsTypes: types }: Pick<Deps, "authorizationDetailsTypes">,
  { authorizationDetailsTypes: allowed }: Pick<Client, "authorizationDetailsTypes">,
  parameters: Parameters,
): readonly AuthorizationDetail[] | undefined {
  const value = parameters.get(PARAMETER);
  if (value === undefined) return undefined;
  const details = parseDetails(value);
  for (const detail of details) {
    const type = allowed.includes(detail.type) ? types.get(detail.type) : undefined;
    if (type === undefined) throw refusal("names a type that is unknown, or that the client may not use");
    const [issue] = type.compiled.schema.safeParse(detail).error?.issues ?? [];
    if (issue === undefined) continue;
    // RFC 6749 §5.2: a description is ASCII without quotes, so a member whose name is not is not named.
    const member = issue.path.findLast(
      (key) => type.compiled.members.has(String(key)) && isScopeToken(String(key)),
    );
    const place = member === undefined ? "" : `: see its member ${String(member)}`;
    throw refusal(`holds an object that is not valid for its type${place}`);
  }
  return details;
}

/**
 * What a refresh asks for of a grant's authorization details (RFC 9396 §6.1): each must be equal to one of these. It is
 * checked before the refresh, which costs a read that no other refresh has.
 *
 * @throws OAuthError `invalid_authorization_details`
 */
export async function narrowedDetails(
  { store }: Pick<Deps, "store">,
  client: Client,
  grantId: string,
  value: string,
): Promise<readonly AuthorizationDetail[]> {
  const named = parseDetails(value);
  const grant: Grant | undefined = await store.grants.find(grantId);
  const granted = grant?.clientId === client.id ? (grant.claims?.authorization_details ?? []) : [];
  const isGranted = named.every((one) => granted.some((other) => isDeepStrictEqual(one, other)));
  if (!isGranted) throw refusal("holds what was not granted");
  return named;
}

/** Refuses a token request that cannot narrow what the user has allowed: its first tokens have all of it. */
export function refuseDetails(parameters: Parameters): void {
  if (parameters.has(PARAMETER)) throw refusal("must be left to the authorization request and to refreshes");
}

/** Reads the parameter (RFC 9396 §2): a JSON array of objects that have a `type`, within the limits. */
function parseDetails(value: string): readonly AuthorizationDetail[] {
  if (Buffer.byteLength(value) > MAX_BYTES) throw refusal(`must not be longer than ${MAX_BYTES} bytes`);
  const details = parsedJson(value);
  if (!Array.isArray(details) || details.length === 0 || !details.every(isDetail)) {
    throw refusal("must be a JSON array of objects, each with a type");
  }
  if (details.length > MAX_DETAILS) throw refusal(`must not hold more than ${MAX_DETAILS} objects`);
  refuseUnshowable(details, MAX_DEPTH);
  return details;
}

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function isDetail(one: unknown): one is AuthorizationDetail {
  return typeof one === "object" && one !== null && "type" in one && typeof one.type === "string";
}

/** What the user allows is shown as it is, so it must be showable. */
function refuseUnshowable(value: unknown, depth: number): void {
  if (typeof value === "string" && !SHOWABLE.test(value)) {
    throw refusal("must not hold control characters or invisible ones");
  }
  if (typeof value !== "object" || value === null) return;
  if (depth === 0) throw refusal(`must not be nested deeper than ${MAX_DEPTH} levels`);
  for (const [name, member] of Object.entries(value)) {
    refuseUnshowable(name, depth);
    refuseUnshowable(member, depth - 1);
  }
}

function refusal(violation: string): OAuthError {
  return new OAuthError("authorization_details_refused", { parameter: PARAMETER, violation });
}
