import { isFapi2 } from "../client-settings/fapi2.ts";
import { CLIENT_ALGORITHMS, SIGNATURE_ALGORITHMS } from "../client-settings/jwks.ts";
import type { Config } from "../config/resolve-config.ts";
import type { Client } from "../store/store.ts";

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
    algorithms: assertionAlgorithms({ assertionRs256 }),
  };
}

/** The rules for a client: with the FAPI 2.0 profile, only the issuer as audience, and no RS256 (FAPI 2.0 §5.3.2.1). */
export function rulesFor(rules: AssertionRules, client: Pick<Client, "securityProfile">): AssertionRules {
  return isFapi2(client) ? { audiences: rules.audiences.slice(0, 1), algorithms: CLIENT_ALGORITHMS } : rules;
}

/** The algorithms that client assertions may be signed by. */
export function assertionAlgorithms({
  assertionRs256,
}: Pick<Config, "assertionRs256">): readonly [string, ...string[]] {
  return assertionRs256 ? SIGNATURE_ALGORITHMS : CLIENT_ALGORITHMS;
}
