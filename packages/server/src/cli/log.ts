import { pino } from "pino";
import type { Logger } from "pino";

/** What several processes write to one pipe at a time without mixing their lines, bytes (POSIX: PIPE_BUF on Linux). */
const WHOLE_WRITE = 4096;

/** JSON lines on stderr, written behind the event loop's back and flushed at exit; a worker's say which it is. */
export function createLog(level: string, worker?: number): Logger {
  return pino(
    {
      level,
      base: worker === undefined ? null : { worker, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false, ...(worker !== undefined && { maxWrite: WHOLE_WRITE }) }),
  );
}
