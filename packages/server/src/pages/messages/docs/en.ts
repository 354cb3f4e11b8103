import { commonEn } from "./en/common.ts";
import { gettingTokensEn } from "./en/getting-tokens.ts";
import { refreshingTokensEn } from "./en/refreshing-tokens.ts";

/** The messages of the documentation portal in English. */
export const docsEn = { ...commonEn, ...gettingTokensEn, ...refreshingTokensEn };
