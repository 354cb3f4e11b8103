import { commonIt } from "./it/common.ts";
import { gettingTokensIt } from "./it/getting-tokens.ts";
import { refreshingTokensIt } from "./it/refreshing-tokens.ts";

/** The messages of the documentation portal in Italian. */
export const docsIt = { ...commonIt, ...gettingTokensIt, ...refreshingTokensIt };
