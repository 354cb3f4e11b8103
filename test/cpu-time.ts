/** CPU time of this thread for one input, ms. Linear work takes a few; quadratic work takes hundreds or thousands. */
export const LIMIT = 50;
/** Garbage of earlier inputs may be collected at one's expense, so the quickest of so many runs counts. */
const RUNS = 6;

/** Of a few runs, ms; the first is enough if it is quick. A run may throw: the time is what counts. */
export async function leastCpuTime(run: () => unknown): Promise<number> {
  let least = Infinity;
  for (let runs = 0; runs < RUNS && least >= LIMIT / 2; runs += 1)
    least = Math.min(least, await cpuTime(run));
  return least;
}

/** CPU time of this thread, ms: what other programs on the machine do does not count. */
async function cpuTime(run: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await (async () => run())().catch(() => {});
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
