import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { DocumentError, fetchDocument } from "./fetch-document.ts";
import type { FetchOptions } from "./fetch-document.ts";

let respond: RequestListener;
const server = createServer((incoming, outgoing) => respond(incoming, outgoing));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const url = `http://client.example:${(server.address() as AddressInfo).port}/metadata`;

/** A name service that sends every host to these addresses. */
function resolvingTo(...addresses: string[]): Required<Pick<FetchOptions, "resolve">> {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return { resolve: () => Promise.resolve(found) };
}

/** The test's own server, which is allowed here. */
const HERE = { ...resolvingTo("127.0.0.1"), isAllowed: () => true, request } as const;

function answering(body: string, headers: Record<string, string> = {}, status = 200): void {
  respond = (_incoming, outgoing) => {
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  };
}

async function isRefused(fault: DocumentError["fault"], options: FetchOptions = HERE): Promise<void> {
  await assert.rejects(fetchDocument(url, options), (error) => {
    assert.ok(error instanceof DocumentError, String(error));
    assert.equal(error.fault, fault);
    return true;
  });
}

test("a document is fetched, with the time for which it may be kept", async () => {
  answering('{"a":1}', { "cache-control": "public, max-age=120" });
  assert.deepEqual(await fetchDocument(url, HERE), { body: { a: 1 }, maxAge: 120 });
  answering('{"a":1}', { "content-type": "application/ld+json; charset=utf-8" });
  assert.deepEqual(await fetchDocument(url, HERE), { body: { a: 1 }, maxAge: undefined });
  answering("{}", { "cache-control": "max-age=120, no-store" });
  assert.equal((await fetchDocument(url, HERE)).maxAge, 0);
});

test("nobody is asked at an address that is not public, not even beside one that is", async () => {
  let asked = 0;
  server.on("connection", () => (asked += 1));
  respond = (_incoming, outgoing) => outgoing.end("{}");
  const guarded = { request };
  const others = [["127.0.0.1"], ["::1"], ["10.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], []];
  for (const addresses of others) await isRefused("not_public", { ...guarded, ...resolvingTo(...addresses) });
  assert.equal(asked, 0);
});

test("the address that was checked is the one that is connected to, whatever the name says later", async () => {
  let lookups = 0;
  answering("{}");
  const once: FetchOptions["resolve"] = async () => {
    lookups += 1;
    return [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
  };
  await fetchDocument(url, { ...HERE, resolve: once });
  assert.equal(lookups, 1);
});

test("a redirect is not followed, and no other answer than 200 is taken", async () => {
  answering("{}", { location: "http://10.0.0.1/" }, 302);
  await isRefused("not_ok");
  answering("{}", {}, 404);
  await isRefused("not_ok");
});

test("what is no JSON, too large, slow or cut off is refused", async () => {
  answering("<html>", { "content-type": "text/html" });
  await isRefused("not_json");
  answering("{");
  await isRefused("malformed");
  answering(JSON.stringify("x".repeat(10 * 1024)));
  await isRefused("too_large");
  respond = (_incoming, outgoing) => {
    outgoing.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    outgoing.write("{", () => outgoing.destroy());
  };
  await isRefused("unreachable");
  respond = (_incoming, outgoing) => {
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.write("{");
  };
  await isRefused("unreachable", { ...HERE, timeout: 100 });
  respond = () => {};
  await isRefused("unreachable", { ...HERE, timeout: 100 });
});

test("a host that is not found is unreachable", async () => {
  const resolve: FetchOptions["resolve"] = () => Promise.reject(new Error("ENOTFOUND"));
  await isRefused("unreachable", { ...HERE, resolve });
});
