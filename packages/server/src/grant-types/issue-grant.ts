import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import { BEARER, grantBinding } from "../sender/sender.ts";
import type { Sender } from "../sender/sender.ts";
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
  { subject, passwordHash, scope, resource = null, authTime, via, sender = BEARER }: GrantRequest,
): Promise<{ outcome: "created"; response: TokenResponse } | { outcome: RefusedGrant }> {
  const secret = randomBytes(GRANT_SECRET_BYTES);
  const created = await deps.store.grants.create({
    id: newGrantId(deps.store.now()),
    clientId: client.id,
    subject,
    passwordHash,
    scope,
    secretHash: grantSecretHash(secret),
    maxTtl: client.refreshMaxTtl,
    authTime,
    resource,
    binding: grantBinding(client, sender),
    via,
  });
  if (created.outcome !== "created") return created;
  const { grant } = created;
  const at = grant.createdAt;
  const tokens = { outcome: "issued", grant, secret, at, issuedAt: at, scope, sender };
  return { outcome: "created", response: await issueTokens(deps, client, tokens) };
}
