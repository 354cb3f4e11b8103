const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Finishes work that a signal must not interrupt, such as a request that spends a token and the storing of its response.
 * If a signal came, the process ends by it afterwards.
 */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  let received: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals) => {
    if (received === undefined) console.error("Finishing first: the server's response must be stored.");
    received = signal;
  };
  for (const signal of SIGNALS) process.on(signal, note);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, note);
    if (received !== undefined) process.kill(process.pid, received);
  }
}
