import {
  HONEST,
  RETRY_WINDOWS,
  THIEVES,
} from "../packages/server/src/store/contract/populations/populations.ts";
import type { Population } from "../packages/server/src/store/contract/populations/populations.ts";
import { simulate } from "../packages/server/src/store/contract/populations/simulate.ts";
import type { Outcome, Size } from "../packages/server/src/store/contract/populations/simulate.ts";
import { markdownTable } from "./markdown.ts";

const HOUR = 3_600_000;

/**
 * Simulates all populations, and writes their tables in Markdown: a row for each population, a column for each retry
 * window.
 *
 * @param onProgress called after each population with its title
 */
export function simulationTables(size: Size, onProgress: (title: string) => void = () => {}): string {
  const run = (population: Population) => {
    const outcomes = RETRY_WINDOWS.map((retryWindow) => simulate(population, retryWindow, size));
    onProgress(population.title);
    return { title: population.title, outcomes };
  };
  const honest = HONEST.map(run);
  const thieves = THIEVES.map(run);
  return [
    table("sessions lost", honest, ({ lost, sessions }) => share(lost, sessions)),
    table("sessions reported as `grant.concurrent_use`", honest, ({ reported, sessions }) =>
      share(reported, sessions),
    ),
    table("thieves detected: share, median, 95th percentile", thieves, detection),
  ].join("\n\n");
}

interface Row {
  title: string;
  outcomes: readonly Outcome[];
}

function table(heading: string, rows: readonly Row[], cell: (outcome: Outcome) => string): string {
  const windows = RETRY_WINDOWS.map((window) => `${window.toLocaleString("en")} s`);
  return markdownTable(
    [heading, ...windows],
    rows.map(({ title, outcomes }) => [title, ...outcomes.map(cell)]),
  );
}

/** A thief who is not detected counts as later than each who is. */
function detection({ detectedAfter, sessions }: Outcome): string {
  const detected = detectedAfter.filter(Number.isFinite).length;
  if (detected === 0) return "0";
  const times = [0.5, 0.95].map((part) => duration(detectedAfter[Math.ceil(part * sessions) - 1]));
  return `${share(detected, sessions)}, ${times.join(", ")}`;
}

/** 0 is none and 100 % is all: neither is a rounded number. */
function share(part: number, whole: number): string {
  if (part === 0) return "0";
  if (part === whole) return "100 %";
  const percent = (100 * part) / whole;
  return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)} %`;
}

/** @param ms undefined or infinite: later than the simulation lasts */
function duration(ms = Infinity): string {
  if (ms === Infinity) return "later";
  return ms < 48 * HOUR ? `${(ms / HOUR).toFixed(1)} h` : `${(ms / HOUR / 24).toFixed(1)} d`;
}
