import { commonEn } from "./en/common.ts";
import { diagnoseEn } from "./en/diagnose.ts";
import { errorsEn } from "./en/errors.ts";
import { gettingTokensEn } from "./en/getting-tokens.ts";
import { introspectionEn } from "./en/introspection.ts";
import { lifetimesEn } from "./en/lifetimes.ts";
import { refreshingTokensEn } from "./en/refreshing-tokens.ts";
import { retryRuleEn } from "./en/retry-rule.ts";
import { revokingTokensEn } from "./en/revoking-tokens.ts";
import { verifyingTokensEn } from "./en/verifying-tokens.ts";

/** The messages of the documentation portal in English. */
export const docsEn = {
  ...commonEn,
  ...gettingTokensEn,
  ...refreshingTokensEn,
  ...revokingTokensEn,
  ...introspectionEn,
  ...errorsEn,
  ...retryRuleEn,
  ...lifetimesEn,
  ...verifyingTokensEn,
  ...diagnoseEn,
};
