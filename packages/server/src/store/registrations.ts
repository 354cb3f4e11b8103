import type { Client, Page } from "./clients.ts";

// The part of the port for clients that register themselves (RFC 7591, RFC 7592). Conventions as in authorization.ts.

/** How a client that registered itself came here, and whether somebody ever used it. */
export interface Registration {
  clientId: string;
  /** Of the registration access token; null: it cannot be managed, its metadata document says what it is. */
  tokenDigest: Buffer | null;
  /** How the client said that it authenticates (RFC 7591 §2). */
  authMethod: AuthMethod;
  createdAt: number;
  /** When its first grant was made; null: never. */
  usedAt: number | null;
}

export type AuthMethod = "client_secret_basic" | "client_secret_post" | "none";

export interface NewRegistration {
  client: Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">;
  tokenDigest: Buffer | null;
  authMethod: AuthMethod;
  /** Digest of the initial access token, which is used up once more; null: none is asked for. */
  initialToken: Buffer | null;
  /** With so many clients that nobody ever used, no further one is registered; a few more where several are at once. */
  maxUnused: number;
  actor: string;
}

/** Lets somebody register clients (RFC 7591 §3). */
export interface RegistrationToken {
  id: string;
  /** Of whom it is, for the operator. */
  name: string;
  createdAt: number;
  /** null: never. */
  expiresAt: number | null;
  /** How many clients it may still register; null: any number. */
  usesLeft: number | null;
}

export interface NewRegistrationToken {
  id: string;
  digest: Buffer;
  name: string;
  /** s; null: for ever. */
  ttl: number | null;
  uses: number | null;
}

export interface RegistrationStore {
  /** Makes the client and its registration, without a change notice: strangers could empty all caches. `taken`: there is, or lately was, a client of this id. */
  register(
    registration: NewRegistration,
  ): Promise<"registered" | "token_refused" | "too_many_unused" | "taken">;
  find(clientId: string): Promise<Registration | undefined>;
  /** Deletes up to `limit` clients that registered `age` s ago or more and had no grant ever. Returns how many. */
  deleteUnused(age: number, limit: number): Promise<number>;
  createToken(token: NewRegistrationToken, actor: string): Promise<void>;
  listTokens(page: Page): Promise<RegistrationToken[]>;
  /** False: there is none. */
  deleteToken(id: string, actor: string): Promise<boolean>;
}
