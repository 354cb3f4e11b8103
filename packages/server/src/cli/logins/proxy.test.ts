import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor, proxyText } from "./proxy.ts";

type Environment = Record<string, string>;

/** The proxy of a URL as messages name it. */
function proxyOf(url: string, env: Environment): string | undefined {
  const proxy = proxyFor(new URL(url), env);
  return proxy && proxyText(proxy);
}

const HTTPS = "https://auth.example.com/token";
const HTTP = "http://auth.example.com/token";

test("HTTPS_PROXY, HTTP_PROXY and ALL_PROXY name the proxy, in lower case first", () => {
  const p = "http://proxy:3128";
  assert.equal(proxyOf(HTTPS, {}), undefined);
  assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: p }), "http://proxy:3128 (HTTPS_PROXY)");
  assert.equal(
    proxyOf(HTTPS, { https_proxy: p, HTTPS_PROXY: "http://b" }),
    "http://proxy:3128 (https_proxy)",
  );
  assert.equal(proxyOf(HTTPS, { HTTP_PROXY: p }), undefined);
  assert.equal(proxyOf(HTTP, { HTTP_PROXY: p }), "http://proxy:3128 (HTTP_PROXY)");
  assert.equal(proxyOf(HTTP, { http_proxy: p }), "http://proxy:3128 (http_proxy)");
  assert.equal(proxyOf(HTTP, { HTTPS_PROXY: p }), undefined);
  for (const url of [HTTPS, HTTP]) {
    assert.equal(proxyOf(url, { ALL_PROXY: p }), "http://proxy:3128 (ALL_PROXY)");
    assert.equal(proxyOf(url, { all_proxy: p, ALL_PROXY: "http://b" }), "http://proxy:3128 (all_proxy)");
  }
  assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: "", ALL_PROXY: p }), "http://proxy:3128 (ALL_PROXY)");
});

test("a proxy may be named without its scheme, and its password is never shown", () => {
  assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: "proxy:3128" }), "http://proxy:3128 (HTTPS_PROXY)");
  assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: "10.0.0.1:8080" }), "http://10.0.0.1:8080 (HTTPS_PROXY)");
  assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: "https://u:s3cret@proxy" }), "https://proxy (HTTPS_PROXY)");
  assert.equal(proxyFor(new URL(HTTPS), { HTTPS_PROXY: "u:s3cret@proxy:1" })?.url.password, "s3cret");
});

test("a proxy that cannot be used is an error that names its variable, not its value", () => {
  for (const [value, message] of [
    ["http://", /^HTTPS_PROXY is not the URL of a proxy$/],
    ["http://s3cret:x@", /^HTTPS_PROXY is not the URL of a proxy$/],
    ["http://proxy:s3cret", /^HTTPS_PROXY is not the URL of a proxy$/],
    ["socks5://u:s3cret@proxy:1080", /^HTTPS_PROXY names a proxy of an unsupported kind: socks5:\/\/$/],
    ["ftp://s3cret", /unsupported kind: ftp:/],
  ] as const) {
    assert.throws(
      () => proxyFor(new URL(HTTPS), { HTTPS_PROXY: value }),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(!error.message.includes("s3cret"));
        return true;
      },
    );
    assert.equal(proxyOf(HTTPS, { HTTPS_PROXY: value, NO_PROXY: "example.com" }), undefined);
  }
});

test("loopback addresses are never reached through a proxy", () => {
  for (const host of [
    "localhost",
    "127.0.0.1",
    "127.9.9.9",
    "[::1]",
    "app.localhost",
    "LOCALHOST",
    "127.1",
  ]) {
    assert.equal(proxyOf(`http://${host}:8080/`, { ALL_PROXY: "http://p" }), undefined, host);
    assert.equal(proxyOf(`https://${host}/`, { HTTPS_PROXY: "socks5://p" }), undefined, host);
  }
});

test("NO_PROXY names hosts, domains, addresses, blocks and ports", () => {
  const isDirect = (url: string, exceptions: string) =>
    proxyOf(url, { ALL_PROXY: "http://p", NO_PROXY: exceptions }) === undefined;
  const direct: [string, string][] = [
    [HTTPS, "*"],
    [HTTPS, "auth.example.com"],
    [HTTPS, "AUTH.Example.com"],
    [HTTPS, "example.com"],
    [HTTPS, ".example.com"],
    [HTTPS, "*.example.com"],
    [HTTPS, "other, example.com"],
    [HTTPS, "other example.com"],
    [HTTPS, "example.com:443"],
    [HTTP, "example.com:80"],
    ["https://a.b:8443/", "a.b:8443"],
    ["https://10.1.2.3/", "10.1.2.3"],
    ["https://10.1.2.3/", "10.0.0.0/8"],
    ["https://[fd00::1]/", "fd00::/8"],
    ["https://[fd00::1]/", "[fd00::1]"],
    ["https://[fd00::1]:8443/", "[fd00::1]:8443"],
  ];
  for (const [url, exceptions] of direct) assert.ok(isDirect(url, exceptions), `${url} ${exceptions}`);
  const proxied: [string, string][] = [
    [HTTPS, ""],
    [HTTPS, "ample.com"],
    [HTTPS, "www.auth.example.com"],
    [HTTPS, "example.com:8443"],
    [HTTPS, "example.com.evil"],
    [HTTPS, "10.0.0.0/8"],
    ["https://11.1.2.3/", "10.0.0.0/8"],
    ["https://10.1.2.3/", "10.0.0.0/99"],
    ["https://10.1.2.3/", "10.0.0.0/x"],
    ["https://10.1.2.3/", "2.3"],
    ["https://[fd00::1]/", "fe00::/8"],
  ];
  for (const [url, exceptions] of proxied) assert.ok(!isDirect(url, exceptions), `${url} ${exceptions}`);
  assert.equal(
    proxyOf(HTTPS, { ALL_PROXY: "http://p", no_proxy: "x", NO_PROXY: "*" }),
    "http://p (ALL_PROXY)",
  );
});
