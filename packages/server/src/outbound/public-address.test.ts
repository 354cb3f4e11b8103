import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicAddress } from "./public-address.ts";

const PUBLIC = "1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 100.63.0.1 2606:4700::1111 2a00::1";

/** Public IPv4 addresses as an IPv6-only node sees them. */
const PUBLIC_IPV4 = [
  "64:ff9b::808:808 64:ff9b::8.8.8.8 64:FF9B:0:0:0:0:0808:0808 64:ff9b::0101:100 64:ff9b::600:0",
  "::ffff:8.8.8.8 ::ffff:808:808 ::FFFF:0808:0808",
];

const OTHERS = [
  "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255",
  "192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1",
  "224.0.0.1 240.0.0.1 255.255.255.255",
  ":: ::1 ::127.0.0.1 ::8.8.8.8 64:ff9b:1::1 64:ff9b:1::808:808 64:ff9b::1:808:808 ::ffff:0:8.8.8.8",
  "::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:0:0 ::ffff:169.254.169.254",
  "64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:: 64:ff9b::1 64:ff9b::a9fe:a9fe 64:ff9b::c0a8:101",
  "64:ff9b::7f00:1%eth0",
  "fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 100::1",
  "2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 4000::1",
  // No addresses, though some programs would take them for such.
  "localhost 127.1 0x7f000001 2130706433",
];

test("an address of the public Internet is told from those of a machine, its network and its cloud", () => {
  for (const address of [PUBLIC, ...PUBLIC_IPV4].join(" ").split(" "))
    assert.equal(isPublicAddress(address), true, address);
  for (const address of OTHERS.join(" ").split(" ")) assert.equal(isPublicAddress(address), false, address);
  assert.equal(isPublicAddress(""), false);
});
