import assert from "node:assert/strict";
import { BlockList, isIP } from "node:net";
import test from "node:test";
import * as fc from "fast-check";
import type { z } from "zod";
import { isLoopback } from "./loopback.ts";
import {
  addressBlocks,
  hostName,
  hostPortOrOff,
  issuerUrl,
  masterKey,
  wholeNumber,
  workerCount,
} from "./values.ts";

function refuses(schema: z.ZodType, ...values: unknown[]): void {
  for (const value of values) assert.equal(schema.safeParse(value).success, false, JSON.stringify(value));
}

test("an issuer is normalised and loses a lone trailing slash", () => {
  assert.equal(issuerUrl.parse("https://auth.example.com/"), "https://auth.example.com");
  assert.equal(issuerUrl.parse("HTTPS://Auth.Example.com:443/a"), "https://auth.example.com/a");
  assert.equal(issuerUrl.parse("http://[::1]:8787"), "http://[::1]:8787");
});

test("an issuer is an absolute http or https URL without query, fragment, password or trailing slash", () => {
  refuses(
    issuerUrl,
    "auth.example.com",
    "/auth",
    "ftp://example.com",
    "https:example.com",
    "https://",
    5,
    null,
  );
  refuses(
    issuerUrl,
    "https://a.example/?",
    "https://a.example/?x=1",
    "https://a.example/#",
    "https://a.example/b/",
  );
  refuses(issuerUrl, "https://u@a.example", "https://u:p@a.example");
});

test("only this machine's own addresses and names are loopback", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST", "a.localhost"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.example.com", "localhost.example.com", "128.0.0.1"]) {
    assert.equal(isLoopback(host), false, host);
  }
});

test("a host is an address or a name, without a port", () => {
  assert.equal(hostName.parse("[::1]"), "::1");
  assert.equal(hostName.parse("auth-1.example.com"), "auth-1.example.com");
  refuses(hostName, "127.0.0.1:80", "256.0.0.1", "127.0.0", "a_b", "-a", "a..b", "http://a", "", " ");
});

test("workers are a number of processes, or as many as there are cores", () => {
  for (const written of [4, "4"]) assert.equal(workerCount.parse(written), 4);
  assert.equal(workerCount.parse("auto"), "auto");
  for (const written of [0, -1, 1.5, 513, "many", "", "1e2", null, true]) {
    assert.equal(workerCount.safeParse(written).success, false, String(written));
  }
});

test("metrics take HOST:PORT, a port of the loopback address, or off", () => {
  assert.deepEqual(hostPortOrOff.parse("9464"), { host: "127.0.0.1", port: 9464 });
  assert.deepEqual(hostPortOrOff.parse(9464), { host: "127.0.0.1", port: 9464 });
  assert.deepEqual(hostPortOrOff.parse("0.0.0.0:9464"), { host: "0.0.0.0", port: 9464 });
  assert.deepEqual(hostPortOrOff.parse("[::1]:9464"), { host: "::1", port: 9464 });
  assert.equal(hostPortOrOff.parse("off"), null);
  refuses(hostPortOrOff, ":9464", "65536", 65_536, -1, 1.5, "::1:9464", "localhost", "a:b", "on", true, null);
});

test("a trusted proxy is an address or a CIDR block with a prefix that its family has", () => {
  const good = [
    "10.0.0.1",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "10.0.0.1/32",
    "::1",
    "fd00::/8",
    "::1/128",
    "::ffff:10.0.0.0/104",
  ];
  assert.deepEqual(addressBlocks.parse(good), good);
  for (const bad of [
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0",
  ]) {
    refuses(addressBlocks, [bad]);
  }
  refuses(
    addressBlocks,
    ["proxy.example.com"],
    ["fe80::1%eth0"],
    ["::ffff:10.0.0.0/95"],
    [""],
    [7],
    "10.0.0.1",
  );
});

test("every accepted block is one that node:net can match against", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(address, fc.integer({ min: -2, max: 140 }), (address, prefix) => {
      const family = isIP(address) === 4 ? "ipv4" : "ipv6";
      const { success: accepted } = addressBlocks.safeParse([`${address}/${prefix}`]);
      const add = () => new BlockList().addSubnet(address, prefix, family);
      if (accepted) assert.doesNotThrow(add);
      else if (family === "ipv4") assert.throws(add);
    }),
  );
});

test("a master key is exactly 32 bytes of base64url, padded or not", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 64 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64url");
      assert.equal(masterKey.safeParse(text).success, bytes.length === 32);
      if (bytes.length === 32) assert.deepEqual(masterKey.parse(`${text}=`), Buffer.from(bytes));
    }),
  );
  refuses(
    masterKey,
    `${"A".repeat(42)}B`,
    `${"A".repeat(42)}+`,
    ` ${"A".repeat(43)}`,
    `${"A".repeat(43)}==`,
    null,
  );
});

test("a number is whole and in its range, and says so once", () => {
  const schema = wholeNumber(1, 300);
  assert.equal(schema.parse(300), 300);
  refuses(schema, 0, 301, 1.5, Number.NaN, Infinity, "30", null);
  assert.deepEqual(
    schema.safeParse(0.5).error?.issues.map(({ message }) => message),
    ["must be a whole number from 1 to 300"],
  );
});
