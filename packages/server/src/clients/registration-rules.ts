import type { ClientDefaults } from "../client-settings/settings.ts";
import { assertionAlgorithms } from "./assertion-rules.ts";

/** Whether clients may register themselves, and what such a client gets. */
export interface RegistrationRules {
  mode: "off" | "token" | "open";
  /** The URL of a client ID metadata document is accepted as client id. */
  documents: boolean;
  /** The scopes that such a client may have. */
  scopes: readonly string[];
  /** The types of authorization details that it may have (RFC 9396 §10). */
  detailTypes: readonly string[];
  /** The private-use schemes of its redirect URIs, beside those named after a domain. */
  schemes: readonly string[];
  /** By what algorithms it may sign to authenticate. */
  algorithms: readonly [string, ...string[]];
  /** How many clients without a grant may exist at once. */
  maxUnused: number;
  defaults: ClientDefaults;
}

/**
 * s: the retry window of such a client, or just less than the lifetime of its access tokens. Processes of one host share
 * its registration and tokens, and wake minutes apart.
 */
const RETRY_WINDOW = 600;

/** Takes the rules from the service's configuration. */
export function registrationRules(
  config: ClientDefaults & {
    registration: RegistrationRules["mode"];
    clientMetadataDocuments: boolean;
    registrationScopes: readonly string[];
    registrationSchemes: readonly string[];
    authorizationDetailsTypes: Readonly<Record<string, { registrable: boolean }>>;
    registrationMaxUnused: number;
    assertionRs256: boolean;
  },
): RegistrationRules {
  const { accessTtl, refreshIdleTtl, refreshMaxTtl } = config;
  const retryWindow = Math.max(config.retryWindow, Math.min(RETRY_WINDOW, accessTtl - 1));
  return {
    mode: config.registration,
    documents: config.clientMetadataDocuments,
    scopes: config.registrationScopes,
    schemes: config.registrationSchemes,
    detailTypes: Object.entries(config.authorizationDetailsTypes).flatMap(([type, { registrable }]) =>
      registrable ? [type] : [],
    ),
    algorithms: assertionAlgorithms(config),
    maxUnused: config.registrationMaxUnused,
    defaults: { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow },
  };
}
