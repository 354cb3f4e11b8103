import { authenticateClient } from "../clients/authenticate.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Revocation } from "../revocations/revocation.ts";
import type { EventPosition } from "../store/store.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** What ended access tokens, in wire names; `at` in s, with fractions (RFC 7519 §2, NumericDate). */
export interface RevocationsResponse {
  /** For the next request. */
  cursor: string;
  /** The next part is there already. */
  more: boolean;
  /** Lifetime of the longest-lived access token, s: what ended longer ago can be forgotten. */
  access_ttl: number;
  revoked: WireRevocation[];
}

type WireRevocation = { at: number } & (
  { gid: string } | { jti: string } | { sub: string } | { client_id: string } | { kid: string }
);

/** s: below the minute after which load balancers give up. */
const LONGEST_WAIT = 30;
const CURSOR = /^(\d{1,15})\.(\d{1,15})$/;

/**
 * The feed of revocations, ours, for resource servers that verify access tokens by themselves: what ended since `cursor`,
 * or all that may still matter; waits up to `wait` s for the first news.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`; `unauthorized_client` for one that may not introspect
 */
export async function revocations(deps: Deps, request: EndpointRequest): Promise<RevocationsResponse> {
  const client = await authenticateClient(deps, request);
  if (!client.resourceServer) throw new OAuthError("not_resource_server");
  const from = positionOf(request.parameters.get("cursor"));
  const wait = waitOf(request.parameters.get("wait"));
  const page = await deps.revocations.read(from, wait * 1000);
  return {
    cursor: `${page.position.id}.${page.position.at}`,
    more: page.more,
    access_ttl: deps.keys.longestAccessTtl,
    revoked: page.revocations.map(wireForm),
  };
}

function positionOf(cursor: string | undefined): EventPosition | undefined {
  if (cursor === undefined) return undefined;
  const [, id, at] = CURSOR.exec(cursor) ?? [];
  if (id === undefined || at === undefined) throw malformed("cursor");
  return { id: Number(id), at: Number(at) };
}

function waitOf(wait = "0"): number {
  if (!/^\d{1,2}$/.test(wait) || Number(wait) > LONGEST_WAIT) throw malformed("wait");
  return Number(wait);
}

function malformed(name: "cursor" | "wait"): OAuthError {
  return new OAuthError("parameter_malformed", { parameter: name });
}

function wireForm({ at: ms, ...revocation }: Revocation): WireRevocation {
  const at = ms / 1000;
  if ("grantId" in revocation) return { at, gid: revocation.grantId };
  if ("subject" in revocation) return { at, sub: revocation.subject };
  if ("clientId" in revocation) return { at, client_id: revocation.clientId };
  return { at, ...revocation };
}
