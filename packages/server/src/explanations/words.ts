import type { ExplanationKey } from "./messages/en.ts";

/** The language that an explanation is told in. */
export interface Words {
  /** The sentence of a key, `{name}` replaced by the value of that name. */
  t: (key: ExplanationKey, values?: Readonly<Record<string, string>>) => string;
  /** An instant, ms, in UTC. */
  instant: (at: number) => string;
  /** A duration, ms, in one unit or two. */
  duration: (ms: number) => string;
}
