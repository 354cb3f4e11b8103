import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pino } from "pino";
import { clientAddressResolver, untrustedProxyWarning } from "./client-address.ts";

describe("without trusted proxies", () => {
  const resolve = clientAddressResolver([]);

  test("the address is the peer's, whatever the header claims", () => {
    assert.equal(resolve("198.51.100.7", "203.0.113.1"), "198.51.100.7");
    assert.equal(resolve("2001:db8::7", null), "2001:db8::7");
  });

  test("an IPv4 peer of an IPv6 socket is written as IPv4", () => {
    assert.equal(resolve("::ffff:198.51.100.7", null), "198.51.100.7");
  });
});

describe("behind trusted proxies", () => {
  const resolve = clientAddressResolver(["10.0.0.0/8", "192.0.2.1", "fd00::/8", "::1"]);
  const cases: [title: string, peer: string, header: string | null, expected: string][] = [
    ["a stranger's header is not believed", "198.51.100.7", "203.0.113.1", "198.51.100.7"],
    ["a proxy's header names the client", "10.1.2.3", "203.0.113.1", "203.0.113.1"],
    ["what the client invented to the left is ignored", "10.1.2.3", "192.0.2.99, 203.0.113.1", "203.0.113.1"],
    ["an invented trusted address is ignored too", "10.1.2.3", "10.9.9.9, 203.0.113.1", "203.0.113.1"],
    ["a chain of proxies is walked", "::1", "203.0.113.1, fd00::5, 192.0.2.1", "203.0.113.1"],
    ["the first of a chain of proxies alone is the client", "::1", "10.0.0.9, 192.0.2.1", "10.0.0.9"],
    ["a proxy without a header is the client", "10.1.2.3", null, "10.1.2.3"],
    ["an empty header says nothing", "10.1.2.3", "", "10.1.2.3"],
    ["a malformed entry ends the walk at the last good one", "10.1.2.3", "203.0.113.1, unknown", "10.1.2.3"],
    ["so does one after some hops", "10.1.2.3", "203.0.113.1, _x, 192.0.2.1", "192.0.2.1"],
    ["an octal spelling is malformed", "10.1.2.3", "010.0.0.1", "10.1.2.3"],
    ["a port is dropped", "10.1.2.3", "203.0.113.1:4711", "203.0.113.1"],
    ["brackets and a port are dropped", "10.1.2.3", "[2001:DB8:0:0::1]:4711", "2001:db8::1"],
    ["a bare IPv6 address is kept whole", "10.1.2.3", "2001:db8::4711", "2001:db8::4711"],
    ["a mapped peer is trusted as IPv4", "::ffff:10.1.2.3", "203.0.113.1", "203.0.113.1"],
    ["a mapped entry in hexadecimal is IPv4", "10.1.2.3", "::ffff:cb00:7101", "203.0.113.1"],
  ];
  for (const [title, peer, header, expected] of cases) {
    test(title, () => assert.equal(resolve(peer, header), expected));
  }

  test("a mapped range of proxies is the IPv4 range", () => {
    const mapped = clientAddressResolver(["::ffff:10.0.0.0/104"]);
    assert.equal(mapped("10.200.0.1", "203.0.113.1"), "203.0.113.1");
    assert.equal(mapped("11.0.0.1", "203.0.113.1"), "11.0.0.1");
  });

  test("a peer without an address is nobody's proxy", () => {
    assert.equal(resolve("", "203.0.113.1"), "");
  });
});

test("what is neither an address nor a range is refused by name", () => {
  for (const entry of [
    "proxy.example",
    "10.0.0.0/33",
    "10.0.0.0/x",
    "10.0.0.0/8/8",
    "::1/129",
    "",
    "::ffff:10.0.0.0/8",
  ]) {
    assert.throws(() => clientAddressResolver([entry]), {
      name: "TypeError",
      message: `a trusted proxy must be an address or a CIDR range, not ${JSON.stringify(entry)}`,
    });
  }
});

describe("an X-Forwarded-For from a peer that is not a trusted proxy", () => {
  function watched(trustedProxies: readonly string[]) {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const clock = { at: 0 };
    const warn = untrustedProxyWarning(trustedProxies, pino({ base: null }, { write }), () => clock.at);
    return { lines, clock, warn };
  }

  test("is warned of once an hour, with the peer and the setting to change", () => {
    const { lines, clock, warn } = watched([]);
    for (let i = 0; i < 22; i++) warn("192.0.2.1");
    assert.equal(lines.length, 1);
    assert.deepEqual([lines[0]?.["level"], lines[0]?.["peer"]], [40, "192.0.2.1"]);
    assert.match(String(lines[0]?.["msg"]), /trustedProxies \(REGRANT_TRUSTED_PROXIES\)/);
    clock.at = 3_599_999;
    warn("192.0.2.1");
    assert.equal(lines.length, 1);
    clock.at = 3_600_000;
    warn("::ffff:192.0.2.1");
    assert.deepEqual(lines[1]?.["peer"], "192.0.2.1");
  });

  test("is not if the peer is trusted", () => {
    const { lines, warn } = watched(["192.0.2.0/24"]);
    warn("192.0.2.1");
    warn("::ffff:192.0.2.1");
    assert.deepEqual(lines, []);
    warn("198.51.100.1");
    assert.equal(lines.length, 1);
  });
});
