import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { responseText } from "./response-text.ts";

/** A response of a `fetch` without web streams. */
function responseWith(body: unknown, text: string): Response {
  return { body, text: async () => text } as unknown as Response;
}

test("a body is read as a web stream, or whole where there is none", async () => {
  const bytes = new TextEncoder().encode("blåbær");
  const chunks = [bytes.subarray(0, 3), bytes.subarray(3)];
  assert.equal(await responseText(new Response(new Blob(chunks).stream())), "blåbær");
  assert.equal(await responseText(new Response(null)), "");
  // React Native has no `body`; node-fetch's is a stream of Node.
  for (const body of [undefined, null, Readable.from(["a"])]) {
    assert.equal(await responseText(responseWith(body, "whole")), "whole");
  }
});

test("a body that is too large is refused, and its stream cancelled", async () => {
  let isCancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    cancel: () => void (isCancelled = true),
  });
  await assert.rejects(responseText(new Response(endless)), RangeError);
  assert.ok(isCancelled);
  await assert.rejects(responseText(responseWith(undefined, " ".repeat(2 ** 18 + 1))), RangeError);
});
