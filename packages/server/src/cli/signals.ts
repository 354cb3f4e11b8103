/**
 * Waits for the first SIGTERM or SIGINT.
 *
 * @param again called at every later one with the exit code for it (128 and the signal's number, as in a shell); by
 *   default it exits at once
 */
export async function nextSignal(
  again: (exitCode: number) => void = (exitCode) => process.exit(exitCode),
): Promise<NodeJS.Signals> {
  const first = Promise.withResolvers<NodeJS.Signals>();
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals, number: number) => {
    if (stopping) again(128 + number);
    stopping = true;
    first.resolve(signal);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  return first.promise;
}

/** Aborted at the first signal to stop: the command finishes what it is at. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
