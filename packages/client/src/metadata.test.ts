import assert from "node:assert/strict";
import { test } from "node:test";
import { retryWindowOf } from "./metadata.ts";
import { VirtualTime } from "./simulation/virtual-time.ts";

const ISSUER = "https://as.example/tenant";
const PLACED = "https://as.example/.well-known/oauth-authorization-server/tenant";
const APPENDED = "https://as.example/tenant/.well-known/oauth-authorization-server";

test("the retry window is read once, from the metadata URL of RFC 8414", async () => {
  const { window, requests } = reading({ [PLACED]: { issuer: ISSUER, refresh_token_retry_window: 30 } });
  assert.deepEqual(await Promise.all([window(), window()]), [30_000, 30_000]);
  assert.deepEqual(requests, [PLACED]);
});

test("or from below the issuer's path, where a mounted server has it", async () => {
  const { window } = reading({ [APPENDED]: { issuer: ISSUER, refresh_token_retry_window: 45 } });
  assert.equal(await window(), 45_000);
});

for (const [what, document] of Object.entries({
  "of another issuer": { issuer: "https://evil.example", refresh_token_retry_window: 30 },
  "without the member": { issuer: ISSUER },
  "with a string": { issuer: ISSUER, refresh_token_retry_window: "30" },
  "with a negative number": { issuer: ISSUER, refresh_token_retry_window: -1 },
  "that is not an object": null,
})) {
  test(`metadata ${what} advertises no retry window`, async () => {
    assert.equal(await reading({ [PLACED]: document, [APPENDED]: document }).window(), 0);
  });
}

test("a retry window of days is capped at an hour", async () => {
  const { window } = reading({ [PLACED]: { issuer: ISSUER, refresh_token_retry_window: 1e9 } });
  assert.equal(await window(), 3_600_000);
});

test("metadata that cannot be read, in time or at all, is not an error and is requested again after a minute", async () => {
  const documents: Record<string, unknown> = {};
  const { window, requests, time } = reading(documents);
  assert.equal(await time.during(window(), 4000), 0);
  const before = requests.length;
  assert.equal(await window(), 0);
  assert.equal(requests.length, before);
  documents[PLACED] = { issuer: ISSUER, refresh_token_retry_window: 30 };
  await time.pass(60_000);
  assert.equal(await window(), 30_000);
  const read = requests.length;
  await time.pass(60_000);
  assert.equal(await window(), 30_000);
  assert.equal(requests.length, read, "and then it is cached");
});

test("an issuer given as a URL object, which ends in a slash, equals its identifier without one", async () => {
  const issuer = "https://as.example";
  const documents = {
    [`${issuer}/.well-known/oauth-authorization-server`]: { issuer, refresh_token_retry_window: 30 },
  };
  assert.equal(await reading(documents, String(new URL(issuer))).window(), 30_000);
});

/** The metadata of a server that never responds to other requests. */
function reading(documents: Record<string, unknown>, issuer = ISSUER) {
  const time = new VirtualTime();
  const requests: string[] = [];
  const fetch = (input: string | URL | Request) => {
    const { url } = new Request(input);
    requests.push(url);
    if (url in documents) return Promise.resolve(Response.json(documents[url]));
    return Object.keys(documents).length > 0
      ? Promise.resolve(new Response("", { status: 404 }))
      : new Promise<Response>(() => {});
  };
  return { time, requests, window: retryWindowOf(issuer, { fetch, clock: time.clock() }) };
}
