import { commonDe } from "./de/common.ts";
import { gettingTokensDe } from "./de/getting-tokens.ts";
import { refreshingTokensDe } from "./de/refreshing-tokens.ts";

/** The messages of the documentation portal in German. */
export const docsDe = { ...commonDe, ...gettingTokensDe, ...refreshingTokensDe };
