import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";
import { HostResolver } from "./resolve-host.ts";

/** The host has an address that may not be reached from here. */
export class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";
}

/** Resolves a host to its addresses. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/**
 * A `lookup` for a request to a host that somebody else named (SSRF). The addresses that are checked are those that the
 * connection uses, so a name cannot resolve to a public address for the check and to a private one for the connection. A
 * host is refused with AddressRefusedError if any of its addresses is not allowed: no honest host has both kinds. It is
 * not called for a host that is an address already.
 *
 * @param signal ends the look-up
 */
export function guardedLookup(
  signal: AbortSignal,
  isAllowed: (address: string) => boolean,
  resolve: Resolve = resolveHost,
): LookupFunction {
  const resolveAll = callbackify(resolve);
  return (host, { all }, callback) => {
    resolveAll(host, signal, (error, addresses) => {
      const [first] = error === null ? addresses : [];
      const isRefused = first === undefined || !addresses.every(({ address }) => isAllowed(address));
      if (error !== null || isRefused) callback(error ?? new AddressRefusedError(host), "", 0);
      else if (all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

const hosts = new HostResolver();

function resolveHost(host: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  return hosts.resolve(host, signal);
}
