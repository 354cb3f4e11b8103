/**
 * The first signal to stop. `again` is called at every later one, with the exit code that says so (128 and the
 * signal's number); by default it ends the process at once.
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
