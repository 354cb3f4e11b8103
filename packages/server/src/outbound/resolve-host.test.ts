import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { QueueFullError } from "../limits/queue.ts";
import { domainOf, HostResolver } from "./resolve-host.ts";

const TYPES = { A: 1, AAAA: 28 };
/** Of a host that the name server knows: its addresses as bytes. */
type Zone = Record<string, Partial<Record<keyof typeof TYPES, number[]>>>;

/** A name server (RFC 1035 §4.1) for the names of `zone`. It swallows questions for others, and keeps their names. */
async function nameServer(t: TestContext, zone: Zone): Promise<{ servers: string[]; swallowed: string[] }> {
  const socket = createSocket("udp4");
  const swallowed: string[] = [];
  socket.on("message", (query, { address, port }) => {
    const end = query.indexOf(0, 12);
    const name = query
      .subarray(12, end)
      .toString("latin1")
      .replaceAll(/[^a-z0-9-]/g, ".")
      .slice(1);
    const records = zone[name];
    if (records === undefined) {
      swallowed.push(name);
      return;
    }
    const type = query.readUInt16BE(end + 1);
    const data = type === TYPES.A ? records.A : type === TYPES.AAAA ? records.AAAA : undefined;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(data === undefined ? 0 : 1, 6);
    header.fill(0, 8);
    const question = query.subarray(12, end + 5);
    // The name of the question, its type, IN, 60 s, and the address.
    const record = data && Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]);
    socket.send(Buffer.concat([header, question, record ?? Buffer.alloc(0)]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return { servers: [`127.0.0.1:${socket.address().port}`], swallowed };
}

const signal = new AbortController().signal;

test("a host's addresses of both families are found", async (t) => {
  const { servers } = await nameServer(t, {
    "both.example": { A: [192, 0, 2, 1], AAAA: [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1] },
    "old.example": { A: [192, 0, 2, 2] },
    "none.example": {},
  });
  const hosts = new HostResolver({ servers });
  assert.deepEqual(await hosts.resolve("both.example", signal), [
    { address: "192.0.2.1", family: 4 },
    { address: "2001:db8::1", family: 6 },
  ]);
  assert.deepEqual(await hosts.resolve("old.example", signal), [{ address: "192.0.2.2", family: 4 }]);
  await assert.rejects(hosts.resolve("none.example", signal), { code: "ENODATA" });
});

test("a name server that does not answer keeps neither others' names waiting nor the system's look-ups", async (t) => {
  const { servers, swallowed } = await nameServer(t, { "good.example": { A: [192, 0, 2, 1] } });
  const hosts = new HostResolver({ servers, timeout: 60_000 });
  const abort = new AbortController();
  const silent = Array.from({ length: 20 }, (_, i) => hosts.resolve(`${i}.silent.test`, abort.signal));
  const ended = Promise.allSettled(silent);
  let isOver = false;
  void ended.then(() => (isOver = true));
  // Four times as many as the thread pool has threads: with `dns.lookup` these would wait for the silent ones.
  await Promise.all(Array.from({ length: 16 }, () => lookup("localhost")));
  assert.deepEqual(await hosts.resolve("good.example", signal), [{ address: "192.0.2.1", family: 4 }]);
  assert.equal(isOver, false);
  assert.equal(new Set(swallowed).size, 4, "so many look-ups of one domain at a time");
  await assert.rejects(hosts.resolve("one-more.silent.test", signal), QueueFullError);
  abort.abort();
  for (const { status } of await ended) assert.equal(status, "rejected");
  assert.equal(new Set(swallowed).size, 4, "those that waited asked nothing");
});

test("a look-up ends at its time limit", async (t) => {
  const { servers } = await nameServer(t, {});
  const hosts = new HostResolver({ servers, timeout: 50 });
  await assert.rejects(hosts.resolve("silent.test", signal), { code: /^E(CANCELLED|TIMEOUT)$/ });
});

test("names of one owner count together", () => {
  for (const host of ["example.com", "a.example.com", "b.a.EXAMPLE.com."])
    assert.equal(domainOf(host), "example.com");
  assert.equal(domainOf("a.b.example.co.uk"), "example.co.uk");
  assert.equal(domainOf("a.example.com.au"), "example.com.au");
  assert.equal(domainOf("a.ab.io"), "ab.io");
  assert.equal(domainOf("localhost"), "localhost");
});
