import { commonEs } from "./es/common.ts";
import { gettingTokensEs } from "./es/getting-tokens.ts";
import { refreshingTokensEs } from "./es/refreshing-tokens.ts";

/** The messages of the documentation portal in Spanish. */
export const docsEs = { ...commonEs, ...gettingTokensEs, ...refreshingTokensEs };
