import { commonEn } from "./en/common.ts";
import { refreshingTokensEn } from "./en/refreshing-tokens.ts";

/** The messages of the documentation portal in English. */
export const docsEn = { ...commonEn, ...refreshingTokensEn };
