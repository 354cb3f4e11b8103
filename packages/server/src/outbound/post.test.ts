import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { after, test } from "node:test";
import { post, PostError, refusedUrl } from "./post.ts";
import type { PostOptions } from "./post.ts";

/** What the receiver does with each connection. */
let respond: (socket: Socket) => void;
let connections = 0;
const sockets = new Set<Socket>();
const receiver = createServer((socket) => {
  connections += 1;
  sockets.add(socket);
  socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  socket.once("data", () => respond(socket));
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
after(() => {
  for (const socket of sockets) socket.destroy();
  receiver.close();
});
const { port } = receiver.address() as AddressInfo;
const URL_OF = `http://receiver.example:${port}/hook`;

const at = (...addresses: string[]) =>
  Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

function send(url: string, changes: Partial<PostOptions> = {}) {
  const { signal } = new AbortController();
  const resolve = () => at("127.0.0.1");
  return post(url, {
    headers: {},
    body: "{}",
    timeout: 5000,
    signal,
    privateAddresses: true,
    resolve,
    ...changes,
  });
}

async function fails(promise: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof PostError, String(error));
    assert.match(error.message, message);
    assert.ok(!error.message.includes("receiver.example"), "no part of the URL");
    return true;
  });
}

test("the status and Retry-After of a response are returned, and its body only as far as asked for", async () => {
  respond = (socket) => socket.end("HTTP/1.1 429 No\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nslow");
  assert.deepEqual(await send(URL_OF), { status: 429, body: "", retryAfter: 7 });
  assert.deepEqual(await send(URL_OF, { maxBody: 4 }), { status: 429, body: "slow", retryAfter: 7 });
  assert.equal((await send(URL_OF, { maxBody: 3 })).body, "");
});

test("a receiver that says nothing, or drips its head, is left at the time limit", async () => {
  respond = () => {};
  await fails(send(URL_OF, { timeout: 100 }), /^no response within 0\.1 s$/);
  respond = (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    const drip = setInterval(() => socket.write("x: y\r\n"), 10);
    socket.once("close", () => clearInterval(drip));
  };
  await fails(send(URL_OF, { timeout: 200 }), /^no response within 0\.2 s$/);
});

test("a body that drips does not undo the status", async () => {
  respond = (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
    const drip = setInterval(() => socket.write("."), 10);
    socket.once("close", () => clearInterval(drip));
  };
  assert.equal((await send(URL_OF)).status, 200);
});

test("a name is posted to only if all of its addresses are allowed, by the very addresses that were checked", async () => {
  const before = connections;
  respond = (socket) => socket.end("HTTP/1.1 204 OK\r\n\r\n");
  const refused: [resolve: string[], privately: boolean, url: string][] = [
    [["127.0.0.1"], false, `https://receiver.example:${port}/`],
    [["10.1.2.3"], false, "https://receiver.example/"],
    [["169.254.169.254"], false, "https://receiver.example/"],
    [["169.254.169.254"], true, "http://receiver.example/"],
    [["::ffff:169.254.169.254"], true, "https://receiver.example/"],
    [["fd00:ec2::254"], true, "https://receiver.example/"],
    [["93.184.215.14", "127.0.0.1"], false, "https://receiver.example/"],
    [["93.184.215.14"], true, "http://receiver.example/"],
    [[], true, "https://receiver.example/"],
  ];
  for (const [addresses, privateAddresses, url] of refused) {
    await fails(send(url, { privateAddresses, resolve: () => at(...addresses) }), /address is not allowed/);
  }
  assert.equal(connections, before);
  let asked = 0;
  const resolve = () => at((asked += 1) === 1 ? "127.0.0.1" : "169.254.169.254");
  assert.equal((await send(URL_OF, { resolve })).status, 204);
  assert.equal(asked, 1, "the name is looked up once");
});

test("a URL is refused before anything is sent, with a reason", () => {
  const refused: [url: string, privately: boolean, reason: RegExp][] = [
    ["mailto:ada@example.com", true, /https/],
    ["https://user@receiver.example/", true, /user name/],
    ["https://receiver.example/#x", true, /fragment/],
    [`https://receiver.example/${"x".repeat(2048)}`, true, /2048/],
    ["http://receiver.example/", false, /https/],
    ["http://93.184.215.14/", true, /https/],
    ["https://127.0.0.1/", false, /public address/],
    ["https://[::1]/", false, /public address/],
    ["http://169.254.169.254/", true, /link-local/],
    ["https://[fe80::1]/", true, /link-local/],
  ];
  for (const [url, privately, reason] of refused) assert.match(refusedUrl(url, privately) ?? "", reason, url);
  for (const url of ["https://receiver.example/", "https://93.184.215.14:8443/a?b=c"])
    assert.equal(refusedUrl(url, false), undefined);
  for (const url of ["http://127.0.0.1:3000/", "http://localhost/", "https://10.0.0.1/"])
    assert.equal(refusedUrl(url, true), undefined);
});
