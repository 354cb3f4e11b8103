import { BlockList, isIP, SocketAddress } from "node:net";
import type { Log } from "../log.ts";
import { peerAddress } from "./listen.ts";

/** The address of the program that sent a request; `env` is what the host hands along with it. */
export type ClientAddress = (request: Request, env: unknown) => string;

/** The address of the program that sent a request: from the socket's peer and the `X-Forwarded-For` header. */
type ClientAddressResolver = (peer: string, forwardedFor: string | null) => string;

/** Least time between two warnings of a process about a proxy that is not trusted, ms. */
const WARNING_INTERVAL = 3_600_000;

/** Makes the `ClientAddress` of a host that passes the socket as `@hono/node-server` does. */
export function socketClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const resolve = clientAddressResolver(trustedProxies);
  return (request, env) => resolve(peerAddress(env), request.headers.get("x-forwarded-for"));
}

/**
 * Makes a check of each peer that sends `X-Forwarded-For`. It warns, at most once an hour, of one that is not a trusted
 * proxy: if it is a proxy, throttles count all of its clients as one.
 */
export function untrustedProxyWarning(
  trustedProxies: readonly string[],
  log: Pick<Log, "warn">,
  now: () => number = performance.now.bind(performance),
): (peer: string) => void {
  const isProxy = proxyMatcher(trustedProxies);
  const warn = hourlyWarning(
    "X-Forwarded-For is ignored, because the peer is not a trusted proxy; if it is yours, " +
      "name it in the setting trustedProxies (REGRANT_TRUSTED_PROXIES), or throttles count all of its clients as one",
    log,
    now,
  );
  return (peer) => {
    if (!isProxy(peer)) warn(peer);
  };
}

/** Makes a warning about a peer, which is logged at most once an hour. @param now ms of a monotonic clock */
export function hourlyWarning(
  message: string,
  log: Pick<Log, "warn">,
  now: () => number,
): (peer: string) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (address) => {
    if (now() < quietUntil) return;
    quietUntil = now() + WARNING_INTERVAL;
    log.warn({ peer: canonical(address) ?? address }, message);
  };
}

/**
 * Makes a resolver. Without trusted proxies the address is the peer's. With them it is the last address in the header
 * that is not a trusted proxy: anyone can forge what stands to its left.
 *
 * @param trustedProxies addresses and CIDR ranges (`10.0.0.0/8`, `fd00::/8`, `::1`)
 * @throws {TypeError} an entry is neither
 */
export function clientAddressResolver(trustedProxies: readonly string[]): ClientAddressResolver {
  if (trustedProxies.length === 0) return unmapped;
  const trusted = proxyList(trustedProxies);
  return (peer, forwardedFor) => {
    let address = canonical(peer) ?? peer;
    const entries = forwardedFor?.split(",") ?? [];
    while (isTrusted(trusted, address)) {
      const next = canonical(withoutPort(entries.pop()?.trim() ?? ""));
      // The header ends, or its entry is not an address: the proxy that wrote it is the last one known.
      if (next === undefined) return address;
      address = next;
    }
    return address;
  };
}

/**
 * Makes a check whether a peer is one of the proxies.
 *
 * @throws {TypeError} as `clientAddressResolver`
 */
export function proxyMatcher(trustedProxies: readonly string[]): (peer: string) => boolean {
  const trusted = proxyList(trustedProxies);
  return (peer) => isTrusted(trusted, canonical(peer) ?? peer);
}

function proxyList(trustedProxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of trustedProxies) {
    const [range = "", prefix, ...rest] = entry.split("/");
    const address = canonical(range);
    if (address === undefined || rest.length > 0) throw notAProxy(entry);
    const longest = isIP(address) === 4 ? 32 : 128;
    // `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
    const skipped = longest === 32 && isIP(range) === 6 ? 96 : 0;
    const bits = prefix === undefined ? longest : parsePrefix(prefix) - skipped;
    if (!(bits >= 0 && bits <= longest)) throw notAProxy(entry);
    list.addSubnet(address, bits, longest === 32 ? "ipv4" : "ipv6");
  }
  return list;
}

function parsePrefix(prefix: string): number {
  return /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
}

function notAProxy(entry: string): TypeError {
  return new TypeError(`a trusted proxy must be an address or a CIDR range, not ${JSON.stringify(entry)}`);
}

function isTrusted(trusted: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** The canonical text of an address, IPv4 where it is mapped; undefined: not an address. */
function canonical(address: string): string | undefined {
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : undefined;
  return unmapped(new SocketAddress({ address, family: "ipv6" }).address);
}

/** Of an IPv4-mapped address, as the peer of an IPv6 socket has, the IPv4 address (RFC 4291 §2.5.5.2). */
function unmapped(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

/** Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const match = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/.exec(entry);
  return match?.[1] ?? match?.[2] ?? entry;
}
