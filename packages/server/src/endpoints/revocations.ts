import { authenticateClient } from "../clients/authenticate.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Revocation } from "../revocations/revocation.ts";
import type { EventPosition } from "../store/store.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** Revocations in wire names; `at` in s, with fractions (RFC 7519 §2, NumericDate). */
export interface RevocationsResponse {
  cursor: string;
  /** There are more revocations, to be fetched without waiting. */
  more: boolean;
  /** Lifetime of the longest-lived access token, s. A resource server can drop revocations older than that. */
  access_ttl: number;
  revoked: WireRevocation[];
}

type WireRevocation = { at: number } & (
  { gid: string } | { jti: string } | { sub: string } | { client_id: string } | { kid: string }
);

/** Longest accepted `wait`, s. Load balancers end requests after about a minute. */
const LONGEST_WAIT = 30;
const CURSOR = /^(\d{1,15})\.(\d{1,15})$/;

/**
 * The feed of revocations, Regrant's own, for resource servers that verify access tokens themselves. It returns the
 * revocations since `cursor`, or all that may still matter, and waits up to `wait` s for the first new one.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`; `unauthorized_client` for a client that is not a resource
 *   server
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
