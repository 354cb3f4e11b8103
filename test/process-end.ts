/** What must be done when a process of the tests or benchmarks ends. */
import { constants } from "node:os";

const tasks = new Set<() => void>();

/**
 * Has something done when this process ends, by SIGINT, SIGTERM or SIGHUP too; SIGKILL leaves no time. The newest is done
 * first, so that a program is ended before the folder of its files is removed.
 *
 * @param task synchronous; what it throws is printed, and the others are still done
 * @returns withdraws it
 */
export function atProcessEnd(task: () => void): () => void {
  listen();
  // Each call is its own, even for a function that was given before.
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
  // Unheard, a signal ends the process without the event above.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
