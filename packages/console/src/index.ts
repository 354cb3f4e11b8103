/** The pages of the operator console: what they show in, HTML out. */
export type { Html } from "./html.ts";
