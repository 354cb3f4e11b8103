import type { JWTVerifyGetKey } from "jose";
import type { fetchDocument } from "../clients/cimd/fetch-document.ts";
import type { RevocationIssuerSetting } from "../config/signal-settings.ts";
import { issuerKeys } from "./issuer-keys.ts";

/** A party that may end all sessions of a subject, and the keys of its signatures. */
export interface RevocationIssuer extends RevocationIssuerSetting {
  /** Finds the key of a token's header. Rejects with `IssuerKeysError` while the keys cannot be fetched. */
  readonly key: JWTVerifyGetKey;
}

/** By `iss`. */
export type RevocationIssuers = ReadonlyMap<string, RevocationIssuer>;

/** The issuers of the settings, with their keys. */
export function revocationIssuers(
  settings: readonly RevocationIssuerSetting[],
  fetch: typeof fetchDocument,
): RevocationIssuers {
  return new Map(
    settings.map((setting) => [setting.issuer, { ...setting, key: issuerKeys(setting, fetch) }] as const),
  );
}
