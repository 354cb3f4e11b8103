import { AdminError, requireWholeNumber } from "../admin-error.ts";
import { LONGEST_LIFETIME } from "../../store/lifetime-extension.ts";
import type { EndedStatus } from "../../store/store.ts";
import { findGrant, grantJson, grantNotFound } from "./grants.ts";
import type { GrantJson, GrantParts, GrantView } from "./grants.ts";

/** A grant whose absolute lifetime was extended. */
interface ExtendedGrant {
  grant: GrantView;
  /** Its end before, ms. */
  previousExpiresAt: number;
}

/** In wire names; instants in ISO 8601. */
export type ExtendedGrantJson = GrantJson & { previous_expires_at: string };

/**
 * Extends the absolute lifetime of an active grant, without a new sign-in at its client: the end moves later, and tokens
 * and idle lifetime stay. The client's next token response has the new end.
 *
 * @param by s, from the present end; at most ten years, and to no later than ten years from now
 * @param actor recorded in the event `grant.lifetime_extended`
 * @throws AdminError `not_found`; `invalid`; `not_allowed` for a grant that expired or was revoked, and for a child grant
 */
export async function extendGrant(
  parts: GrantParts,
  id: string,
  by: number,
  actor: string,
): Promise<ExtendedGrant> {
  requireWholeNumber("by", by, 1);
  const result = await parts.store.grants.extendLifetime(id, { by }, actor);
  if (result.outcome === "too_long") throw tooLong();
  if (result.outcome === "is_child") throw isChild();
  if (result.outcome === "not_active") throw notActive(result.status, id);
  if (result.outcome !== "lifetime_extended") throw grantNotFound(id);
  return { grant: await findGrant(parts, id), previousExpiresAt: result.previousExpiresAt };
}

export function extendedGrantJson({ grant, previousExpiresAt }: ExtendedGrant): ExtendedGrantJson {
  return { ...grantJson(grant), previous_expires_at: new Date(previousExpiresAt).toISOString() };
}

function tooLong(): AdminError {
  const message = `by must not move the end to more than ${LONGEST_LIFETIME} s (ten years) from now.`;
  return new AdminError("invalid", "the extension is too long", { violations: [{ member: "by", message }] });
}

/** A child grant ends with its parent at the latest, and its client may exchange the parent's tokens again. */
function isChild(): AdminError {
  const message = "the grant is a child grant, which ends with its parent; only the parent can be extended";
  return new AdminError("not_allowed", message);
}

/** An extension revives nothing: access that ended is given again by the user alone. */
function notActive({ state, reason }: EndedStatus, id: string): AdminError {
  const message = `the grant is ${state} (${reason}); only an active grant can be extended`;
  const hint = `a new sign-in at the client is needed; npx regrant grant explain ${id} says what happened`;
  return new AdminError("not_allowed", message, { hint });
}
