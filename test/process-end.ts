/** What must be done when a process of the tests or benchmarks ends. */
import { constants } from "node:os";

const tasks = new Set<() => void>();

/**
 * Runs a task when this process ends, on SIGINT, SIGTERM and SIGHUP too; SIGKILL leaves no time. The newest task runs
 * first, so that a program is ended before the folder of its files is removed.
 *
 * @param task synchronous; what it throws is printed, and the others still run
 * @returns a function that withdraws the task
 */
export function atProcessEnd(task: () => void): () => void {
  listen();
  // The same function may be given twice.
  const own = () => task();
  tasks.add(own);
  return () => void tasks.delete(own);
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  process.once("exit", () => {
    for (const task of [...tasks].toReversed()) {
      try {
        task();
      } catch (error) {
        console.error(error);
      }
    }
  });
  // Without a listener a signal ends the process, and the event above does not come.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
