import { pino } from "pino";
import type { Logger } from "pino";

/** Largest write to a pipe that is not interleaved with those of other processes, bytes (POSIX: PIPE_BUF, on Linux). */
const WHOLE_WRITE = 4096;

/**
 * Makes the log: JSON lines on stderr, written asynchronously and flushed at exit.
 *
 * @param worker number of this worker process, which its lines contain
 * @param mixin further members of each line
 */
export function createLog(level: string, worker?: number, mixin?: () => object): Logger {
  return pino(
    {
      level,
      ...(mixin && { mixin }),
      base: worker === undefined ? null : { worker, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false, ...(worker !== undefined && { maxWrite: WHOLE_WRITE }) }),
  );
}
