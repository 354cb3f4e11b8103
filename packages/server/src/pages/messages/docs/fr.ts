import { commonFr } from "./fr/common.ts";
import { diagnoseFr } from "./fr/diagnose.ts";
import { errorsFr } from "./fr/errors.ts";
import { gettingTokensFr } from "./fr/getting-tokens.ts";
import { introspectionFr } from "./fr/introspection.ts";
import { lifetimesFr } from "./fr/lifetimes.ts";
import { refreshingTokensFr } from "./fr/refreshing-tokens.ts";
import { retryRuleFr } from "./fr/retry-rule.ts";
import { revokingTokensFr } from "./fr/revoking-tokens.ts";
import { verifyingTokensFr } from "./fr/verifying-tokens.ts";

/** The messages of the documentation portal in French. */
export const docsFr = {
  ...commonFr,
  ...gettingTokensFr,
  ...refreshingTokensFr,
  ...revokingTokensFr,
  ...introspectionFr,
  ...errorsFr,
  ...retryRuleFr,
  ...lifetimesFr,
  ...verifyingTokensFr,
  ...diagnoseFr,
};
