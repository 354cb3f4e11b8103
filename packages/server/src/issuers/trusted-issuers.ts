import type { JWTVerifyGetKey } from "jose";
import type { fetchDocument } from "../clients/cimd/fetch-document.ts";
import type { TrustedIssuerSetting } from "../config/trusted-issuers.ts";
import { issuerKeys } from "./issuer-keys.ts";

/** An issuer that a setting names, and the keys of its signatures. */
export type TrustedIssuer<Setting extends TrustedIssuerSetting = TrustedIssuerSetting> = Setting & {
  /** Finds the key of a JWT's header. Rejects with `IssuerKeysError` while the keys cannot be fetched. */
  readonly key: JWTVerifyGetKey;
};

/** By `iss`. */
export type TrustedIssuers<Setting extends TrustedIssuerSetting> = ReadonlyMap<
  string,
  TrustedIssuer<Setting>
>;

/** The issuers of a setting, with their keys. */
export function trustedIssuers<Setting extends TrustedIssuerSetting>(
  settings: readonly Setting[],
  fetch: typeof fetchDocument,
): TrustedIssuers<Setting> {
  return new Map(
    settings.map((setting) => [setting.issuer, { ...setting, key: issuerKeys(setting, fetch) }] as const),
  );
}
