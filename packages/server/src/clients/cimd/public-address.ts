import { BlockList, isIP } from "node:net";

/** What IANA's registries of special-purpose addresses (RFC 6890) do not call globally reachable, and multicast. */
const IPV4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** Global unicast (RFC 4291 §2.4). Other prefixes, among them those that embed an IPv4 address, are not included. */
const IPV6_GLOBAL = blockList("ipv6", [["2000::", 3]]);
/**
 * Exceptions within it: Teredo and other protocols (2001::/23), 6to4, which embeds IPv4 addresses, and documentation.
 */
const IPV6_SPECIAL = blockList("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

/** Whether an address is on the public Internet, and not of this machine, its network, or its cloud provider. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !IPV4.check(address, "ipv4");
  // A mapped IPv4 address (::ffff:a.b.c.d) is outside 2000::/3, so it is refused too.
  return version === 6 && IPV6_GLOBAL.check(address, "ipv6") && !IPV6_SPECIAL.check(address, "ipv6");
}

function blockList(family: "ipv4" | "ipv6", blocks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of blocks) list.addSubnet(address, prefix, family);
  return list;
}
