import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import { BEARER, grantBinding } from "../sender/sender.ts";
import type { Sender } from "../sender/sender.ts";
import type { GrantClaims } from "../store/grant.ts";
import type { Client, RefusedGrant } from "../store/store.ts";
import { grantSecretHash, GRANT_SECRET_BYTES, newGrantId } from "../tokens/refresh-token.ts";
import { issueTokens } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

interface GrantRequest {
  subject: string;
  /** As `NewGrant` has it. */
  passwordHash?: string | undefined;
  scope: string;
  /** The audience of its access tokens; null: the client's own. */
  resource?: string | null | undefined;
  /** When the subject authenticated, ms; null: not known. */
  authTime: number | "now" | null;
  /** By default none. */
  claims?: GrantClaims | null | undefined;
  /** s; by default the client's. */
  maxTtl?: number | undefined;
  /** By default true: its client may refresh it. */
  refreshable?: boolean | undefined;
  /** How the grant came about, for the event. */
  via: string;
  /** By default a bearer. */
  sender?: Sender | undefined;
}

/**
 * Stores a new grant and issues its first tokens. The row is written only if the client is enabled, and the account
 * too if the subject is one and still has the password.
 */
export async function issueGrant(
  deps: Deps,
  client: Client,
  request: GrantRequest,
): Promise<{ outcome: "created"; response: TokenResponse } | { outcome: RefusedGrant }> {
  const { subject, passwordHash, scope, resource = null, authTime, claims, via, sender = BEARER } = request;
  const secret = randomBytes(GRANT_SECRET_BYTES);
  const created = await deps.store.grants.create({
    id: newGrantId(deps.store.now()),
    clientId: client.id,
    subject,
    passwordHash,
    scope,
    secretHash: grantSecretHash(secret),
    maxTtl: request.maxTtl ?? client.refreshMaxTtl,
    authTime,
    resource,
    binding: grantBinding(client, sender),
    claims: claims ?? null,
    via,
  });
  if (created.outcome !== "created") return created;
  const { grant } = created;
  const at = grant.createdAt;
  const { refreshable = true } = request;
  const tokens = { outcome: "issued", grant, secret, at, issuedAt: at, scope, refreshable, sender };
  return { outcome: "created", response: await issueTokens(deps, client, tokens) };
}
