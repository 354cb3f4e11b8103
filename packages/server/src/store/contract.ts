import { describe, test } from "node:test";
import { activeGrantCases } from "./contract/active-grants.ts";
import { adoptedCases } from "./contract/adopted-grants.ts";
import { accountCases } from "./contract/accounts.ts";
import { childGrantCases } from "./contract/child-grants.ts";
import { codeCases } from "./contract/codes.ts";
import { Bench } from "./contract/bench.ts";
import type { Cases, OpenStore } from "./contract/bench.ts";
import { clientCases } from "./contract/clients.ts";
import { consentCases } from "./contract/consents.ts";
import { revocationCases } from "./contract/revocation-events.ts";
import { deviceCases } from "./contract/devices.ts";
import { eventCases } from "./contract/events.ts";
import { eventSourceCases } from "./contract/event-sources.ts";
import { extensionCases } from "./contract/extensions.ts";
import { grantCases } from "./contract/grants.ts";
import { listingCases } from "./contract/listings.ts";
import { idempotentResponseCases } from "./contract/idempotent-responses.ts";
import { keyCases } from "./contract/keys.ts";
import { loginCases } from "./contract/logins.ts";
import { registrationCases } from "./contract/registrations.ts";
import { replayCases } from "./contract/replay.ts";
import { revokeAllCases } from "./contract/revoke-all.ts";
import { rotationCases } from "./contract/rotation.ts";
import { signInCases } from "./contract/sign-ins.ts";
import { statisticsCases } from "./contract/statistics.ts";
import { subscriptionCases } from "./contract/subscriptions.ts";
import { deadLetterCases } from "./contract/dead-letters.ts";
import { usedTokenCases } from "./contract/used-tokens.ts";
import { proofCases } from "./contract/proofs.ts";
import { maintenanceCases } from "./contract/maintenance.ts";

const SUITES = {
  rotate: rotationCases,
  proofs: proofCases,
  grants: grantCases,
  "active-grants": activeGrantCases,
  extensions: extensionCases,
  "revoke-all": revokeAllCases,
  "child-grants": childGrantCases,
  adopted: adoptedCases,
  clients: clientCases,
  accounts: accountCases,
  "sign-ins": signInCases,
  logins: loginCases,
  consents: consentCases,
  codes: codeCases,
  devices: deviceCases,
  registrations: registrationCases,
  listings: listingCases,
  keys: keyCases,
  events: eventCases,
  "event-sources": eventSourceCases,
  "idempotent-responses": idempotentResponseCases,
  revocations: revocationCases,
  replay: replayCases,
  maintenance: maintenanceCases,
  statistics: statisticsCases,
  subscriptions: subscriptionCases,
  "dead-letters": deadLetterCases,
  "used-tokens": usedTokenCases,
} satisfies Record<string, Cases>;

export type Suite = keyof typeof SUITES;

/**
 * What every engine must do, as `node:test` suites; imported by tests only.
 *
 * @param name the engine's, for the titles
 * @param open opens a new, empty store at each call
 * @param suites those that what differs from another engine concerns
 */
export function contract(
  name: string,
  open: OpenStore,
  suites: readonly Suite[] = Object.keys(SUITES) as Suite[],
): void {
  for (const suite of suites) {
    const cases: Cases = SUITES[suite];
    describe(`${name}: ${suite}`, () => {
      for (const [title, proof] of Object.entries(cases)) {
        test(title, async () => {
          const bench = await Bench.over(open);
          try {
            await proof(bench);
          } finally {
            await bench.close();
          }
        });
      }
    });
  }
}
