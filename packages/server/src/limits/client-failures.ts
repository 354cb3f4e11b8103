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
 * @returns s to wait; above 0, the network has failed so often, under any ids, that the request is answered with 429
 */
export async function countClientFailure(
  failures: Throttle,
  clientId: string,
  address: string,
): Promise<number> {
  const from = network(address);
  const wait = failures.wait(from);
  await failures.count(clientKey(clientId, address), ...(wait === 0 ? [from] : []));
  return wait;
}
