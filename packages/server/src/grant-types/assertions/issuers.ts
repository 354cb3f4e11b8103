import type { JWTVerifyGetKey } from "jose";
import type { fetchDocument } from "../../clients/cimd/fetch-document.ts";
import type { AssertionIssuerSetting, AssertionUse } from "../../config/assertion-settings.ts";
import { issuerKeys } from "../../signals/issuer-keys.ts";

/** A party whose JWTs are taken for users, and the keys of its signatures. */
export interface AssertionIssuer extends AssertionIssuerSetting {
  /** Finds the key of a JWT's header. Rejects with `IssuerKeysError` while the keys cannot be fetched. */
  readonly key: JWTVerifyGetKey;
}

/** By `iss`. */
export type AssertionIssuers = ReadonlyMap<string, AssertionIssuer>;

/** The issuers of the settings, with their keys. */
export function assertionIssuers(
  settings: readonly AssertionIssuerSetting[],
  fetch: typeof fetchDocument,
): AssertionIssuers {
  return new Map(
    settings.map((setting) => [setting.issuer, { ...setting, key: issuerKeys(setting, fetch) }] as const),
  );
}

/** Whether an issuer's JWTs are taken for one of these. */
export function isAccepted(
  issuers: readonly Pick<AssertionIssuerSetting, "accepts">[],
  ...uses: readonly AssertionUse[]
): boolean {
  return issuers.some(({ accepts }) => accepts.some((use) => uses.includes(use)));
}
