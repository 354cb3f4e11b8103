import { commonEs } from "./es/common.ts";
import { refreshingTokensEs } from "./es/refreshing-tokens.ts";

/** The messages of the documentation portal in Spanish. */
export const docsEs = { ...commonEs, ...refreshingTokensEs };
