import { commonIt } from "./it/common.ts";
import { diagnoseIt } from "./it/diagnose.ts";
import { errorsIt } from "./it/errors.ts";
import { gettingTokensIt } from "./it/getting-tokens.ts";
import { introspectionIt } from "./it/introspection.ts";
import { lifetimesIt } from "./it/lifetimes.ts";
import { refreshingTokensIt } from "./it/refreshing-tokens.ts";
import { retryRuleIt } from "./it/retry-rule.ts";
import { revokingTokensIt } from "./it/revoking-tokens.ts";
import { verifyingTokensIt } from "./it/verifying-tokens.ts";

/** The messages of the documentation portal in Italian. */
export const docsIt = {
  ...commonIt,
  ...gettingTokensIt,
  ...refreshingTokensIt,
  ...revokingTokensIt,
  ...introspectionIt,
  ...errorsIt,
  ...retryRuleIt,
  ...lifetimesIt,
  ...verifyingTokensIt,
  ...diagnoseIt,
};
