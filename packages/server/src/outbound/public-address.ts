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

/** Prefixes whose last 32 bits are an IPv4 address: NAT64 (RFC 6052 §2.1), and mapped addresses (RFC 4291 §2.5.5.2). */
const IPV4_EMBEDDED = blockList("ipv6", [
  ["64:ff9b::", 96],
  ["::ffff:0:0", 96],
]);
/** Global unicast (RFC 4291 §2.4). No other prefix is included. */
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

/**
 * Whether an address is on the public Internet, and not of this machine, its network, or its cloud provider. Where NAT64
 * gives every IPv4 host an IPv6 address, the IPv4 address decides.
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !IPV4.check(address, "ipv4");
  // A zone (`%eth0`) is of one link.
  if (version !== 6 || address.includes("%")) return false;
  if (IPV4_EMBEDDED.check(address, "ipv6")) return !IPV4.check(embeddedIpv4(address), "ipv4");
  return IPV6_GLOBAL.check(address, "ipv6") && !IPV6_SPECIAL.check(address, "ipv6");
}

/** Addresses of one link, among them those at which clouds hand out credentials (RFC 3927, RFC 4291 §2.5.6). */
const LINK_LOCAL = {
  ipv4: blockList("ipv4", [["169.254.0.0", 16]]),
  ipv6: blockList("ipv6", [
    ["fe80::", 10],
    // That of AWS's metadata.
    ["fd00:ec2::", 32],
  ]),
};

/** Whether an address is of one link or of a cloud's metadata: nothing that anybody means to post to. */
export function isLinkLocal(address: string): boolean {
  const [bare = ""] = address.split("%", 1);
  if (isIP(bare) === 4) return LINK_LOCAL.ipv4.check(bare, "ipv4");
  if (IPV4_EMBEDDED.check(bare, "ipv6")) return LINK_LOCAL.ipv4.check(embeddedIpv4(bare), "ipv4");
  return LINK_LOCAL.ipv6.check(bare, "ipv6");
}

/** The last 32 bits of an IPv6 address as an IPv4 address. */
function embeddedIpv4(address: string): string {
  // `URL` writes all groups in hex, and a run of zeros as `::`, which leaves an empty group here.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":");
  const bytes = groups.slice(-2).flatMap((group) => {
    const bits = Number.parseInt(group === "" ? "0" : group, 16);
    return [bits >> 8, bits & 0xff];
  });
  return bytes.join(".");
}

function blockList(family: "ipv4" | "ipv6", blocks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of blocks) list.addSubnet(address, prefix, family);
  return list;
}
