import type { Awaitable, CredentialRecord, TokenStore, Version, Versioned } from "../types.ts";
import { check } from "./contract-case.ts";

/** Empty storage for one case. */
export interface StoreFixture {
  /** Opens another instance over the same records, as another process or tab would. */
  open(): Awaitable<TokenStore>;
  /** Writes this text in place of the stored record of `key`, as a crash or another program would. */
  damage?(key: string, text: string): Awaitable<void>;
  /** Removes the storage. */
  close?(): Awaitable<void>;
}

/** The test of one case; `store` is an instance over the fixture. */
export type StoreTest = (store: TokenStore, fixture: StoreFixture) => Promise<void>;

/** The record of a session of this generation. */
export function record(generation: number, more: Partial<CredentialRecord> = {}): CredentialRecord {
  const about = { tokenEndpoint: "https://as.example/token", clientId: "c", issuedAt: 0, clockOffset: 0 };
  return { schema: 1, generation, ...about, accessToken: `access-${generation}`, ...more };
}

/** The version of a write that must succeed. */
export function versionOf(outcome: Version | false): Version {
  check(outcome !== false, "a write was refused although it expected the stored version");
  return outcome;
}

/** The result of a read that must find a record. */
export function found(versioned: Versioned | undefined): Versioned {
  check(versioned !== undefined, "the record is missing");
  return versioned;
}
