/**
 * The network that failures are counted for: an IPv4 address (also in its IPv6-mapped form), or the /64 of an IPv6
 * address, within which its holder can choose addresses at will.
 */
export function network(address: string): string {
  if (!address.includes(":")) return address;
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1);
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const missing = 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
    for (let i = 0; i < missing; i += 1) groups.push("0");
  }
  return groups.slice(0, 4).join(":");
}
