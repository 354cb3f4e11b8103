import { ageText, localInstant } from "../time-text.ts";
import type { Cell } from "./table.ts";
import type { Tone } from "./terminal.ts";

/** An instant as a cell, in ms: in full, or on a narrow terminal by its distance from `now`. */
export function instantCell(instant: number | null, now: number, never = "never"): Cell {
  if (instant === null) return { text: never };
  return { text: localInstant(instant), short: ageText(instant, now), tone: "quiet" };
}

/** What a state means to whoever looks for trouble. A state that is not here is printed without colour. */
const STATE_TONES: Readonly<Record<string, Tone>> = {
  active: "good",
  enabled: "good",
  signs: "good",
  seals: "good",
  ready: "good",
  expired: "warning",
  next: "warning",
  paused: "warning",
  revoked: "bad",
  disabled: "bad",
  distrusted: "bad",
  ended: "bad",
  damaged: "bad",
  retired: "quiet",
  opens: "quiet",
};

/** A state as a cell. @param reason why it is in this state; left out on a narrow terminal */
export function stateCell(state: string, reason?: string | null): Cell {
  const tone = STATE_TONES[state];
  return reason ? { text: `${state} (${reason})`, short: state, tone } : { text: state, tone };
}
