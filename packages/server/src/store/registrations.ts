import type { Client, Page } from "./clients.ts";

// The part of the port for clients that register themselves (RFC 7591, RFC 7592). Conventions as in authorization.ts.

/** The registration of a client that registered itself, and whether the client was ever used. */
export interface Registration {
  clientId: string;
  /** Of the registration access token; null: the client is described by its metadata document and cannot be managed here. */
  tokenDigest: Buffer | null;
  createdAt: number;
  /** When its first grant was created; null: never. */
  usedAt: number | null;
}

/** A client that registers itself, with what its registration depends on. */
export interface NewRegistration {
  client: Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">;
  tokenDigest: Buffer | null;
  /** Digest of the initial access token, of which one use is spent; null: none is required. */
  initialToken: Buffer | null;
  /** The limit of unused registered clients. Simultaneous registrations may exceed it by a few. */
  maxUnused: number;
  actor: string;
}

/** An initial access token (RFC 7591 §3): allows registering clients. */
export interface RegistrationToken {
  id: string;
  /** A name for the operator. */
  name: string;
  createdAt: number;
  /** null: never. */
  expiresAt: number | null;
  /** How many clients it may still register; null: any number. */
  usesLeft: number | null;
}

/** An initial access token to create. */
export interface NewRegistrationToken {
  id: string;
  /** SHA-256 of the token, which is shown once. */
  digest: Buffer;
  name: string;
  /** s; null: without end. */
  ttl: number | null;
  /** How many clients it may register; null: any number. */
  uses: number | null;
}

/** Registrations (RFC 7591) and the tokens that allow them. */
export interface RegistrationStore {
  /**
   * Creates the client and its registration in one transaction, without a change notice: strangers could empty all
   * caches with it. `token_refused`: the initial access token is unknown, expired or used up. `taken`: a client has
   * this id, or had it until lately.
   */
  register(
    registration: NewRegistration,
  ): Promise<"registered" | "token_refused" | "too_many_unused" | "taken">;
  /** Undefined: no such client, or an operator created it. */
  find(clientId: string): Promise<Registration | undefined>;
  /**
   * Deletes up to `limit` clients that registered `age` s ago or more, never had a grant, and of which an operator has set
   * nothing: a client that an operator disabled or narrowed must not come back as it was. Returns how many.
   */
  deleteUnused(age: number, limit: number): Promise<number>;
  /** Creates an initial access token (RFC 7591 §3). */
  createToken(token: NewRegistrationToken, actor: string): Promise<void>;
  /** The initial access token of this digest, also one that has expired or is used up. */
  findToken(digest: Buffer): Promise<RegistrationToken | undefined>;
  /** In the order of ids; expired ones until they are swept. */
  listTokens(page: Page): Promise<RegistrationToken[]>;
  /** Deletes an initial access token; clients that it registered stay. False: no such token. */
  deleteToken(id: string, actor: string): Promise<boolean>;
}
