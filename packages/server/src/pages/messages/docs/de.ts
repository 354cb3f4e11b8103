import { commonDe } from "./de/common.ts";
import { diagnoseDe } from "./de/diagnose.ts";
import { errorsDe } from "./de/errors.ts";
import { gettingTokensDe } from "./de/getting-tokens.ts";
import { introspectionDe } from "./de/introspection.ts";
import { lifetimesDe } from "./de/lifetimes.ts";
import { refreshingTokensDe } from "./de/refreshing-tokens.ts";
import { retryRuleDe } from "./de/retry-rule.ts";
import { revokingTokensDe } from "./de/revoking-tokens.ts";
import { verifyingTokensDe } from "./de/verifying-tokens.ts";

/** The messages of the documentation portal in German. */
export const docsDe = {
  ...commonDe,
  ...gettingTokensDe,
  ...refreshingTokensDe,
  ...revokingTokensDe,
  ...introspectionDe,
  ...errorsDe,
  ...retryRuleDe,
  ...lifetimesDe,
  ...verifyingTokensDe,
  ...diagnoseDe,
};
