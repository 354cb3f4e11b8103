import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ISSUER, startService } from "../../testing.ts";

const service = await startService({ admin: "on" });
after(() => service.close());
let token = "";
before(async () => {
  const client = await service.client({ grantTypes: ["client_credentials"], scopes: ["regrant:admin.read"] });
  const { body } = await service.token({ grant_type: "client_credentials", ...client.credentials });
  token = String(body["access_token"]);
});

function get(query: string, headers: Record<string, string>): Promise<Response> {
  const request = new Request(`${ISSUER}/admin/v1/events${query}`, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
  });
  return Promise.resolve(service.service.fetch(request));
}

/** Reads a stream, message by message. */
class Stream {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor({ body }: Response) {
    assert.ok(body);
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The events of the next `count` messages; fewer at the end of the stream. */
  async events(count: number): Promise<{ id: number; type: string; client_id: string }[]> {
    const events = [];
    while (events.length < count) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { done, value = "" } = await this.#reader.read();
        if (done) break;
        this.#text += value;
        continue;
      }
      const data = /^data: (.*)$/m.exec(this.#text.slice(0, end))?.[1];
      this.#text = this.#text.slice(end + 2);
      if (data !== undefined) events.push(JSON.parse(data));
    }
    return events as { id: number; type: string; client_id: string }[];
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

const STREAM = { Accept: "text/event-stream" };

test("a stream has the events from now on, and goes on after the last one that its client has", async () => {
  const before = await service.client();
  const stream = new Stream(await get("?type=client", STREAM));
  const first = await service.client();
  const second = await service.client();
  const events = await stream.events(2);
  await stream.close();
  assert.deepEqual(
    events.map(({ client_id }) => client_id),
    [first.id, second.id],
  );
  assert.ok(before);
  const third = await service.client();
  const resumed = new Stream(
    await get("?type=client", { ...STREAM, "Last-Event-ID": String(events[0]?.id) }),
  );
  const missed = await resumed.events(2);
  await resumed.close();
  assert.deepEqual(
    missed.map(({ client_id }) => client_id),
    [second.id, third.id],
  );
});

test("a stream has the events of one client", async () => {
  const [one, other] = [await service.client(), await service.client()];
  const stream = new Stream(await get(`?client_id=${one.id}`, STREAM));
  await service.service.admin.clients.disable(other.id);
  await service.service.admin.clients.disable(one.id);
  const [event] = await stream.events(1);
  await stream.close();
  assert.deepEqual([event?.client_id, event?.type], [one.id, "client.disabled"]);
});

test("a stream refuses what it cannot do, and there is a limit of streams", async () => {
  assert.equal((await get("?since=2026-01-01T00:00:00Z", STREAM)).status, 422);
  assert.equal((await get("", { ...STREAM, "Last-Event-ID": "one" })).status, 422);
  const open: Stream[] = [];
  for (let status = 200; status === 200;) {
    const response = await get("", STREAM);
    ({ status } = response);
    if (status === 200) open.push(new Stream(response));
    else assert.equal(response.headers.get("retry-after"), "30");
  }
  assert.equal(open.length, 32);
  await Promise.all(open.map((stream) => stream.close()));
  const another = await get("", STREAM);
  assert.equal(another.status, 200);
  await new Stream(another).close();
});

test("an export has all events that match, as lines of JSON or as a table", async () => {
  const clients = await Promise.all(Array.from({ length: 3 }, () => service.client()));
  const query = "?type=client.created&order=oldest&limit=2";
  const lines = await (await get(query, { Accept: "application/x-ndjson" })).text();
  const events = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { client_id: string; type: string });
  assert.ok(events.every(({ type }) => type === "client.created"));
  const ids = new Set(events.map(({ client_id }) => client_id));
  assert.ok(clients.every(({ id }) => ids.has(id)));
  const response = await get(query, { Accept: "text/csv" });
  assert.match(response.headers.get("content-type") ?? "", /^text\/csv/);
  const rows = (await response.text()).trim().split("\r\n");
  assert.equal(rows.length, events.length + 1);
  assert.match(rows[0] ?? "", /^id,at,type,client_id,/);
});

test("no cell of a table is a formula", async () => {
  await service.deps.store.events.record({
    type: "client.disabled",
    clientId: "=1+1",
    data: { actor: "a,b" },
  });
  const csv = await (await get("?client_id=%3D1%2B1", { Accept: "text/csv" })).text();
  assert.match(csv, /client\.disabled,"'=1\+1",/);
  assert.match(csv, /"\{""actor"":""a,b""\}"/);
});

test("streams end when the service drains", async () => {
  const stream = new Stream(await get("", STREAM));
  service.service.drain();
  assert.deepEqual(await stream.events(1), []);
  assert.equal((await get("", STREAM)).status, 429);
});
