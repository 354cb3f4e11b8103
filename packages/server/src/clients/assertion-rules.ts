import { CLIENT_ALGORITHMS } from "../client-settings/jwks.ts";
import type { Config } from "../config/resolve-config.ts";

/** What client assertions must be, by the settings of the service. */
export interface AssertionRules {
  /** Accepted values of `aud`: the issuer, and the URL of the token endpoint where a setting says so. */
  readonly audiences: readonly string[];
  /** JWS algorithms. */
  readonly algorithms: readonly string[];
}

/** Takes the rules from the configuration. */
export function assertionRules(
  { assertionTokenUrl, assertionRs256 }: Pick<Config, "assertionTokenUrl" | "assertionRs256">,
  { issuer, tokenUrl }: { issuer: string; tokenUrl: string },
): AssertionRules {
  return {
    audiences: assertionTokenUrl ? [issuer, tokenUrl] : [issuer],
    algorithms: assertionRs256 ? [...CLIENT_ALGORITHMS, "RS256"] : CLIENT_ALGORITHMS,
  };
}
