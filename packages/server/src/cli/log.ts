import { pino } from "pino";
import type { Logger } from "pino";

/** JSON lines on stderr, written behind the event loop's back and flushed at exit. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
