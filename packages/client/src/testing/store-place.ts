import type { Awaitable, CredentialRecord, TokenStore, Version, Versioned } from "../types.ts";
import { claim } from "./cases.ts";

/** An empty place for records, made for one case. */
export interface StorePlace {
  /** Another instance over the same records, as another process or tab has one. */
  open(): Awaitable<TokenStore>;
  /** Takes the place away. */
  close?(): Awaitable<void>;
}

/** Of one case; `store` is an instance over the place. */
export type Proof = (store: TokenStore, place: StorePlace) => Promise<void>;

/** Like one of a session that was refreshed this often. */
export function record(generation: number, more: Partial<CredentialRecord> = {}): CredentialRecord {
  const about = { tokenEndpoint: "https://as.example/token", clientId: "c", issuedAt: 0, clockOffset: 0 };
  return { schema: 1, generation, ...about, accessToken: `access-${generation}`, ...more };
}

export function won(outcome: Version | false): Version {
  claim(outcome !== false, "a write was refused though it expected what is there");
  return outcome;
}

export function found(versioned: Versioned | undefined): Versioned {
  claim(versioned !== undefined, "the record is missing");
  return versioned;
}
