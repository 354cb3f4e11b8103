import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { form, startService } from "../testing.ts";
import { listen, MAX_HEAD, peerAddress } from "./listen.ts";
import { MAX_BODY } from "./request.ts";
import { MAX_URL } from "./serve.ts";

const t = await startService();
const client = await t.client();
/** Slow senders are looked for once a second. */
const slow = { requestTimeout: 0.2, headersTimeout: 0.2 };
const patient = { requestTimeout: 30, headersTimeout: 30 };
const AT_ONCE = { timeout: 0, grace: 0 };
const address = { host: "127.0.0.1", port: 0 };
const listener = await listen(t.service, { ...address, ...patient });
after(async () => {
  await listener.close(AT_ONCE);
  await t.close();
});

const TYPE = "Content-Type: application/x-www-form-urlencoded";

function head(...lines: string[]): string {
  return ["POST /oauth/token HTTP/1.1", "Host: localhost", TYPE, ...lines, "", ""].join("\r\n");
}

/** A socket, and a promise of all that it received until it was closed. */
function open(port: number): { socket: Socket; received: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  const received = new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => error.code !== "ECONNRESET" && reject(error));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
  });
  return { socket, received };
}

/** What one request gets, its connection closed after it. */
function exchange(request: string | Buffer, port = listener.port): Promise<string> {
  const { socket, received } = open(port);
  socket.write(request);
  return received;
}

function chunked(text: string, size = text.length): string {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    const chunk = text.slice(at, at + size);
    chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  }
  return `${chunks.join("")}0\r\n\r\n`;
}

function status(response: string): string {
  return response.slice(0, response.indexOf("\r\n"));
}

test("a refresh over a socket gets its tokens, in every form of body", async () => {
  const { refreshToken } = await t.grant(client);
  const parameters = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
  const fields = new FormData();
  for (const [name, value] of Object.entries(parameters)) fields.set(name, value);
  const url = `http://127.0.0.1:${listener.port}/oauth/token`;
  const headers = { "content-type": "application/json" };
  const bodies: RequestInit[] = [
    { body: form(parameters) },
    { body: fields },
    { body: JSON.stringify(parameters), headers },
  ];
  const texts: string[] = [];
  for (const init of bodies) {
    const response = await fetch(url, { method: "POST", ...init });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.ok(Date.parse(response.headers.get("date") ?? "") > 0);
    texts.push(await response.text());
  }
  assert.equal(new Set(texts).size, 1);
});

test("64 KiB are read and one byte more is 413, with a length and in chunks", async () => {
  const full = `grant_type=x&pad=${"a".repeat(MAX_BODY - "grant_type=x&pad=".length)}`;
  const close = "Connection: close";
  const bodies: [body: string, status: string][] = [
    [full, "HTTP/1.1 400 Bad Request"],
    [`${full}a`, "HTTP/1.1 413 Payload Too Large"],
  ];
  for (const [body, expected] of bodies) {
    const sized = await exchange(head(close, `Content-Length: ${body.length}`) + body);
    assert.equal(status(sized), expected);
    const inChunks = await exchange(head(close, "Transfer-Encoding: chunked") + chunked(body, 1000));
    assert.equal(status(inChunks), expected);
    const error = expected.includes("413") ? "invalid_request" : "unsupported_grant_type";
    for (const response of [sized, inChunks]) assert.match(response, new RegExp(error));
  }
});

test("a body that is announced too large is refused before it is sent, and the connection closed", async () => {
  const response = await exchange(head(`Content-Length: ${MAX_BODY + 1}`));
  assert.equal(status(response), "HTTP/1.1 413 Payload Too Large");
  assert.match(response, /\r\nconnection: close\r\n/i);
});

test("a half-sent body holds nobody up, and is cut off after the request's time", async () => {
  const hasty = await listen(t.service, { ...address, ...slow });
  const { socket, received } = open(hasty.port);
  await once(socket, "connect");
  socket.write(head("Content-Length: 100") + "grant_type=");
  for (let i = 0; i < 5; i++) {
    const response = await fetch(`http://127.0.0.1:${hasty.port}/healthz`);
    assert.equal(response.status, 200);
    assert.equal(socket.closed, false);
  }
  assert.equal(status(await received), "HTTP/1.1 408 Request Timeout");
  const last = t.log.at(-1);
  assert.equal(last?.["cause"], "malformed_body");
  assert.equal(last["detail"], "the connection ended before the body did");
  await hasty.close(AT_ONCE);
});

test("a half-sent head is cut off after the head's time, and so is a silent connection", async () => {
  const hasty = await listen(t.service, { ...address, ...slow });
  const half = open(hasty.port);
  half.socket.write("POST /oauth/token HTTP/1.1\r\nHost: local");
  const silent = open(hasty.port);
  assert.equal(status(await half.received), "HTTP/1.1 408 Request Timeout");
  await silent.received;
  await hasty.close(AT_ONCE);
});

test("a request target, host or header that no client sends is not our fault", async () => {
  const close = "Connection: close";
  const requests = [
    `POST http://[::bad/ HTTP/1.1\r\nHost: localhost\r\n${close}\r\n\r\n`,
    `POST * HTTP/1.1\r\nHost: localhost\r\n${close}\r\n\r\n`,
    `POST /oauth/token HTTP/1.1\r\nHost: a b\r\n${close}\r\n\r\n`,
    `POST /oauth/token HTTP/1.1\r\nHost: \x01\r\n${close}\r\n\r\n`,
    `POST /oauth/token HTTP/1.1\r\n${close}\r\n\r\n`,
    `POST /%ff%zz/../oauth/token HTTP/1.1\r\nHost: localhost\r\n${close}\r\n\r\n`,
    `POST /oauth\\token HTTP/1.1\r\nHost: localhost\r\n${close}\r\n\r\n`,
    head(close, "Content-Length: -1"),
    head(close, "Content-Length: 1", "Content-Length: 2"),
    head(close, "Content-Length: 1", "Transfer-Encoding: chunked"),
    `TRACE /oauth/token HTTP/1.1\r\nHost: localhost\r\n${close}\r\n\r\n`,
  ];
  for (const request of requests) assert.match(await exchange(request), /^HTTP\/1\.1 4\d\d /, request);
});

test(
  "closing waits for requests in flight, takes no new ones, and waits for no idle connection",
  { timeout: 10_000 },
  async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<Response>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const busy = await listen(
      {
        fetch() {
          ask();
          return answered;
        },
      },
      { ...address, ...patient },
    );
    const { socket, received } = open(busy.port);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await asked;
    const closed = busy.close({ timeout: 30, grace: 0 });
    await assert.rejects(fetch(`http://127.0.0.1:${busy.port}/`));
    answer(new Response("done"));
    assert.match(await received, /done$/);
    await closed;
  },
);

test("a request without a Host is answered over HTTP/1.0, and one with an empty Host (RFC 9112 §3.2)", async () => {
  const paths = [
    "GET /healthz",
    "HEAD /healthz",
    "GET /readyz",
    "GET /.well-known/jwks.json",
    "GET /oauth/sign-out",
  ];
  for (const path of paths) {
    assert.equal(status(await exchange(`${path} HTTP/1.0\r\n\r\n`)), "HTTP/1.1 200 OK", path);
    const empty = await exchange(`${path} HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n`);
    assert.equal(status(empty), "HTTP/1.1 200 OK", path);
  }
  const body = "grant_type=x";
  const posted = await exchange(`POST /oauth/token HTTP/1.0\r\n${TYPE}\r\nContent-Length: 12\r\n\r\n${body}`);
  assert.match(posted, /^HTTP\/1\.1 400 [^]*unsupported_grant_type/);
  const missing = await exchange("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  assert.equal(status(missing), "HTTP/1.1 400 Bad Request");
});

test("headers up to 64 KiB are read; more is a 431 with a page, and a line in the log", async () => {
  const before = t.lines.length;
  const withCookies = (bytes: number) =>
    exchange(
      `GET /oauth/sign-out HTTP/1.1\r\nHost: localhost\r\nCookie: a=${"x".repeat(bytes)}\r\nConnection: close\r\n\r\n`,
    );
  assert.equal(status(await withCookies(17_000)), "HTTP/1.1 200 OK");
  assert.equal(status(await withCookies(MAX_HEAD - 200)), "HTTP/1.1 200 OK");
  for (const bytes of [MAX_HEAD, 10 * MAX_HEAD]) {
    const response = await withCookies(bytes);
    assert.equal(status(response), "HTTP/1.1 431 Request Header Fields Too Large");
    assert.match(response, /\r\nconnection: close\r\n/i);
    assert.match(response, /\r\ncontent-type: text\/html/i);
    assert.match(response, /\r\ncontent-security-policy: default-src 'none'/i);
    assert.match(response, /Delete the cookies of this site/);
    assert.match(response, /<\/html>\s*$/);
  }
  const lines = t.log.slice(before).filter(({ msg }) => msg === "refused");
  assert.deepEqual(
    lines.map((line) => [line["cause"], line["status"], line["address"]]),
    Array.from({ length: 2 }, () => ["head_too_large", 431, "127.0.0.1"]),
  );
  assert.equal(await t.counted("none", "head_too_large"), 2);
});

test("what is not HTTP gets an error that says so, and a line in the log", async () => {
  for (const request of [
    "GET / HTTP/9\r\n\r\n",
    "\u0016\u0003\u0001",
    "GET /oauth\\token HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  ]) {
    const before = t.lines.length;
    const response = await exchange(request);
    assert.match(
      response,
      /^HTTP\/1\.1 400 [^]*"error_description":"The request is not valid HTTP\."/,
      request,
    );
    assert.equal(t.log.slice(before).at(-1)?.["cause"], "malformed_http");
  }
});

test("a URL up to 32 KiB is read; a longer one is a 414, with a page where pages are", async () => {
  const get = (path: string) =>
    exchange(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const padded = (path: string, length: number) => path + "x".repeat(length - path.length);
  assert.equal(status(await get(padded("/healthz?", MAX_URL))), "HTTP/1.1 200 OK");
  const long = await get(padded("/healthz?", MAX_URL + 1));
  assert.match(long, /^HTTP\/1\.1 414 [^]*"error_description":"The URL is too long\."/);
  const page = await get(padded("/oauth/authorize?client_id=x&state=", MAX_URL + 1));
  assert.match(page, /^HTTP\/1\.1 414 [^]*text\/html[^]*The URL is too long\./i);
});

test("while it drains, each response is its connection's last, those to requests in flight too", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<Response>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const fetch = ({ url }: Request) => {
    if (!url.endsWith("/slow")) return new Response("quick");
    ask();
    return answered;
  };
  const draining = await listen({ fetch }, { ...address, ...patient });
  const [idle, slow] = [open(draining.port), open(draining.port)];
  idle.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(String((await once(idle.socket, "data"))[0]), /\r\nConnection: keep-alive\r\n/);
  slow.socket.write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked;
  draining.drain();
  answer(new Response("done"));
  assert.match(await slow.received, /\r\nConnection: close\r\n[^]*done$/);
  idle.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(await idle.received, /\r\nConnection: close\r\n[^]*quick$/);
  const fresh = await exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", draining.port);
  assert.match(fresh, /\r\nConnection: close\r\n/);
  await draining.close(AT_ONCE);
});

test("an idle connection that is used within its grace is answered", { timeout: 10_000 }, async () => {
  const closing = await listen({ fetch: () => new Response("answered") }, { ...address, ...patient });
  const used = open(closing.port);
  const forgotten = open(closing.port);
  for (const { socket } of [used, forgotten]) {
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "data");
  }
  const closed = closing.close({ timeout: 30, grace: 1500 });
  await setTimeout(1200);
  await assert.rejects(exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", closing.port));
  used.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(await used.received, /\r\nConnection: close\r\n[^]*answered$/);
  await forgotten.received;
  await closed;
});

test("closing cuts off what takes longer than it may", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const busy = await listen(
    {
      fetch() {
        ask();
        return new Promise<Response>(() => {});
      },
    },
    { ...address, ...patient },
  );
  const { socket, received } = open(busy.port);
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked;
  await busy.close({ timeout: 0.05, grace: 0 });
  assert.equal(await received, "");
});

test("requests that come before the service is ready are answered when it is", async () => {
  const { promise: ready, resolve } = Promise.withResolvers<typeof t.service>();
  const early = await listen(ready, { ...address, ...patient });
  const url = `http://127.0.0.1:${early.port}`;
  const asked = [fetch(`${url}/healthz`), fetch(`${url}/oauth/token`, { method: "POST", body: form({}) })];
  const { socket, received } = open(early.port);
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", () => {
    resolve(t.service);
  });
  assert.deepEqual(await Promise.all(asked.map(async (answer) => (await answer).status)), [200, 400]);
  assert.equal(status(await received), "HTTP/1.1 200 OK");
  await early.close(AT_ONCE);
});

test("a service that never becomes ready can be closed", async () => {
  const never = await listen(Promise.reject(new Error("no database")), { ...address, ...patient });
  const { socket, received } = open(never.port);
  socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "connect");
  await never.close({ timeout: 0.05, grace: 0 });
  assert.equal(await received, "");
});

test("a port that is taken is an error", async () => {
  await assert.rejects(listen(t.service, { ...address, port: listener.port, ...patient }), {
    code: "EADDRINUSE",
  });
});

test("the peer is the socket's address, and unknown where the host does not t", async () => {
  let seen = "";
  const peers = await listen(
    {
      fetch(_request, env) {
        seen = peerAddress(env);
        return new Response("");
      },
    },
    { ...address, ...patient },
  );
  await fetch(`http://127.0.0.1:${peers.port}/`);
  assert.equal(seen, "127.0.0.1");
  assert.equal(peerAddress(undefined), "unknown");
  assert.equal(peerAddress({}), "unknown");
  await peers.close(AT_ONCE);
});
