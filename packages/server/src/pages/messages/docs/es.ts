import { commonEs } from "./es/common.ts";
import { diagnoseEs } from "./es/diagnose.ts";
import { errorsEs } from "./es/errors.ts";
import { gettingTokensEs } from "./es/getting-tokens.ts";
import { introspectionEs } from "./es/introspection.ts";
import { lifetimesEs } from "./es/lifetimes.ts";
import { refreshingTokensEs } from "./es/refreshing-tokens.ts";
import { retryRuleEs } from "./es/retry-rule.ts";
import { revokingTokensEs } from "./es/revoking-tokens.ts";
import { verifyingTokensEs } from "./es/verifying-tokens.ts";

/** The messages of the documentation portal in Spanish. */
export const docsEs = {
  ...commonEs,
  ...gettingTokensEs,
  ...refreshingTokensEs,
  ...revokingTokensEs,
  ...introspectionEs,
  ...errorsEs,
  ...retryRuleEs,
  ...lifetimesEs,
  ...verifyingTokensEs,
  ...diagnoseEs,
};
