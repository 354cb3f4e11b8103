import { randomUUID } from "node:crypto";
import { newRegistrationToken, registrationTokenDigest } from "../clients/self-registration.ts";
import type { RegistrationToken } from "../store/registrations.ts";
import type { Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { AdminError, notFound, requireWholeNumber } from "./admin-error.ts";
import { pageOf, requireCursor, UUID } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";

/** What the operations on registration tokens work with. */
export type RegistrationTokenParts = { store: Pick<Store, "registrations" | "now"> };

/** What `createRegistrationToken` is given. */
export interface NewRegistrationToken {
  /** Who the token is for; shown to operators only. */
  name: string;
  /** How many clients it may register; null: any number. */
  uses: number | null;
  /** Lifetime, s; null: it does not expire. */
  ttl: number | null;
}

/** A registration token in wire names; instants in ISO 8601. */
export interface RegistrationTokenJson {
  id: string;
  name: string;
  /** null: any number. */
  uses_left: number | null;
  created_at: string;
  /** null: never. */
  expires_at: string | null;
}

/**
 * Creates a token with which clients register themselves (RFC 7591 §3, "initial access token").
 *
 * @param actor recorded in the event
 * @returns the token, which is not stored, and its record
 * @throws AdminError `invalid`: the name is empty, or `uses` or `ttl` is not a whole number from 1
 */
export async function createRegistrationToken(
  { store }: RegistrationTokenParts,
  { name: given, uses, ttl }: NewRegistrationToken,
  actor: string,
): Promise<{ token: string; record: RegistrationToken }> {
  const name = given.trim();
  if (name === "") {
    const message = "the name is empty";
    throw new AdminError("invalid", message, { violations: [{ member: "name", message }] });
  }
  // A database would keep NaN as null: any number of uses, for ever.
  if (uses !== null) requireWholeNumber("uses", uses, 1);
  if (ttl !== null) requireWholeNumber("ttl", ttl, 1);
  const id = randomUUID();
  const token = newRegistrationToken();
  await store.registrations.createToken(
    { id, digest: registrationTokenDigest(token), name, uses, ttl },
    actor,
  );
  const createdAt = store.now();
  const expiresAt = ttl === null ? null : createdAt + ttl * 1000;
  return { token, record: { id, name, usesLeft: uses, createdAt, expiresAt } };
}

/** Lists a page of the unexpired tokens in the order of their ids. @throws AdminError `invalid` */
export async function listRegistrationTokens(
  { store }: RegistrationTokenParts,
  page: PageOptions,
): Promise<Listing<RegistrationToken>> {
  requireCursor(page.after, UUID);
  const now = store.now();
  return pageOf(
    {
      read: (after, limit) => store.registrations.listTokens({ after, limit }),
      cursor: ({ id }) => id,
      keep: ({ expiresAt }) => expiresAt === null || expiresAt > now,
    },
    page,
  );
}

/**
 * Deletes a token; the clients that it registered stay.
 *
 * @throws AdminError `not_found`
 */
export async function deleteRegistrationToken(
  { store }: RegistrationTokenParts,
  id: string,
  actor: string,
): Promise<void> {
  if (!(await store.registrations.deleteToken(id, actor))) throw notFound("registration token", id);
}

/** A registration token's record as JSON. */
export function registrationTokenJson(token: RegistrationToken): RegistrationTokenJson {
  const { id, name, usesLeft, createdAt, expiresAt } = token;
  return {
    id,
    name,
    uses_left: usesLeft,
    created_at: isoInstant(createdAt),
    expires_at: isoInstant(expiresAt),
  };
}

/** A new token and its record as JSON: the only response that contains the token. */
export function createdTokenJson({ token, record }: { token: string; record: RegistrationToken }) {
  const { id, ...rest } = registrationTokenJson(record);
  return { id, registration_token: token, ...rest };
}
