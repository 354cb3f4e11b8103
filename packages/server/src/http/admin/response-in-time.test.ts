import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { responseInTime } from "./response-in-time.ts";

const lines: string[] = [];
const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });

test("work that ends in time has an ordinary response, or throws", async () => {
  const response = await responseInTime(Promise.resolve({ revoked: 3 }), log);
  assert.deepEqual(await response.json(), { revoked: 3 });
  await assert.rejects(responseInTime(Promise.reject(new Error("not found")), log), /not found/);
});

test("longer work sends signs of life before its JSON", async () => {
  const work = Promise.withResolvers<object>();
  const response = await responseInTime(work.promise, log, 1);
  assert.equal(response.status, 200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let text = "";
  while (text.length < 2) text += (await reader.read()).value ?? "";
  assert.match(text, /^\n+$/);
  work.resolve({ revoked: 3 });
  for (let done = false; !done;) {
    const read = await reader.read();
    ({ done } = read);
    text += read.value ?? "";
  }
  assert.deepEqual(JSON.parse(text), { revoked: 3 });
});

test("longer work that fails cuts the response", async () => {
  const work = Promise.withResolvers<object>();
  const response = await responseInTime(work.promise, log, 1);
  work.reject(new Error("the database is gone"));
  await assert.rejects(response.text());
  assert.match(lines.join(""), /the database is gone/);
});
