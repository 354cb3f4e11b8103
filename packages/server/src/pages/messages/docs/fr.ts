import { commonFr } from "./fr/common.ts";
import { gettingTokensFr } from "./fr/getting-tokens.ts";
import { refreshingTokensFr } from "./fr/refreshing-tokens.ts";

/** The messages of the documentation portal in French. */
export const docsFr = { ...commonFr, ...gettingTokensFr, ...refreshingTokensFr };
