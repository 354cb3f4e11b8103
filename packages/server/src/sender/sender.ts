import type { Client } from "../store/store.ts";
import type { UsableProof } from "../store/used-tokens.ts";
import type { Confirmation } from "../tokens/access-token.ts";

/** How access tokens are presented. Tokens that are bound to a certificate are of type Bearer too (RFC 8705 §3). */
export const TOKEN_TYPES = ["Bearer", "DPoP"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** What a token request proves to possess, besides the client's authentication. */
export interface Sender {
  /** `cnf` of the access tokens that it gets; null: bearer tokens. */
  readonly confirmation: Confirmation | null;
  readonly tokenType: TokenType;
  /** The same as a grant's `binding`; null: nothing was proved. */
  readonly binding: string | null;
  /** The DPoP proof, to be used up: SHA-256 of its key and `jti`, and for how long it would be accepted, s; null: none. */
  readonly proof: UsableProof | null;
}

/** A request that proves a DPoP key. */
export interface ProvedKey extends Sender {
  readonly confirmation: { readonly jkt: string };
}

/** Nothing is proved: the holder of a token may use it (RFC 6750). */
export const BEARER: Sender = { confirmation: null, tokenType: "Bearer", binding: null, proof: null };

/**
 * The key that a client's refresh tokens are bound to. RFC 9449 §5: a public client's MUST be bound; a confidential
 * client's are bound by its authentication, and it may change its keys.
 */
export function grantBinding(client: Pick<Client, "public">, { binding }: Sender): string | null {
  return client.public ? binding : null;
}

/** The sender that has proved a key. @param proof by which, if it is to be used up */
export function senderWith<Key extends Confirmation>(
  confirmation: Key,
  proof: UsableProof | null = null,
): Sender & { readonly confirmation: Key } {
  return { confirmation, tokenType: tokenTypeOf(confirmation), binding: bindingOf(confirmation), proof };
}

/** A key as a grant's `binding` has it. */
export function bindingOf(confirmation: Confirmation): string {
  return "jkt" in confirmation ? `jkt:${confirmation.jkt}` : `x5t:${confirmation["x5t#S256"]}`;
}

/** The type of the access tokens with this `cnf`; null: with none. */
export function tokenTypeOf(confirmation: Confirmation | null): TokenType {
  return confirmation !== null && "jkt" in confirmation ? "DPoP" : "Bearer";
}
