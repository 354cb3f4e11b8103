import { network } from "./network.ts";
import type { Throttle } from "./throttle.ts";

/** The key under which a client's failures from one network are counted. */
export function clientKey(clientId: string, address: string): string {
  return `${clientId} ${network(address)}`;
}

/**
 * Counts a failed client authentication under the presented id, whether or not that client exists, and under the
 * network.
 *
 * @returns s to wait; above 0, this client or this network, under any ids, had failed so often before that the failure
 *   is answered with 429. It is not counted then, so that one network adds no more keys.
 */
export async function countClientFailure(
  failures: Throttle,
  clientId: string,
  address: string,
): Promise<number> {
  const keys = [clientKey(clientId, address), network(address)];
  const wait = Math.max(...keys.map((key) => failures.wait(key)));
  if (wait === 0) await failures.count(...keys);
  return wait;
}
