import { commonFr } from "./fr/common.ts";
import { refreshingTokensFr } from "./fr/refreshing-tokens.ts";

/** The messages of the documentation portal in French. */
export const docsFr = { ...commonFr, ...refreshingTokensFr };
