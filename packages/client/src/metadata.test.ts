import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ClientConfigError } from "./errors.ts";
import { discover, DiscoveryError, retryWindowOf } from "./metadata.ts";
import type { DiscoverOptions } from "./metadata.ts";
import { VirtualTime } from "./simulation/virtual-time.ts";

const ISSUER = "https://as.example/tenant";
const PLACED = "https://as.example/.well-known/oauth-authorization-server/tenant";
const APPENDED = "https://as.example/tenant/.well-known/oauth-authorization-server";
const OPENID = "https://as.example/tenant/.well-known/openid-configuration";
const OPENID_PLACED = "https://as.example/.well-known/openid-configuration/tenant";
const PLACES = [PLACED, APPENDED, OPENID, OPENID_PLACED];

type Answer = object | (() => Response | Promise<Response>);

/** What a place may answer besides the metadata, and whether trying again may help. */
const FAILURES: Record<string, [answer: () => Response | Promise<Response>, retryable: boolean]> = {
  "a thrown error": [() => Promise.reject(new TypeError("fetch failed")), true],
  "a connection that is cut": [() => new Response(cut()), true],
  "no response": [() => new Promise<Response>(() => {}), true],
  "a body that never ends": [() => new Response(new ReadableStream({})), true],
  "429": [() => new Response("slow down", { status: 429 }), true],
  "500": [() => new Response("oops", { status: 500 }), true],
  "503 with metadata": [() => Response.json({ issuer: ISSUER }, { status: 503 }), true],
  "401": [() => new Response("no", { status: 401 }), false],
  "403": [() => new Response("no", { status: 403 }), false],
  "404": [() => new Response("not here", { status: 404 }), false],
  "204": [() => new Response(null, { status: 204 }), false],
  "a page": [() => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }), false],
  "an empty body": [() => new Response(""), false],
  "JSON that is cut": [() => new Response('{"issuer":"https://as.exa'), false],
  "JSON that is no object": [() => Response.json([ISSUER]), false],
  null: [() => Response.json(null), false],
  "a body without end": [() => new Response("x".repeat(2 ** 20 + 1)), false],
  "a redirect": [() => Response.redirect("https://evil.example/"), false],
  "another issuer": [() => Response.json({ issuer: "https://evil.example" }), false],
  "no issuer": [() => Response.json({ token_endpoint: "https://as.example/token" }), false],
  "an issuer that is no text": [() => Response.json({ issuer: [ISSUER] }), false],
  "metadata without the endpoint": [() => Response.json({ issuer: ISSUER, token_endpoint: null }), false],
  "an endpoint over http": [
    () => Response.json({ issuer: ISSUER, token_endpoint: "http://as.example/token" }),
    false,
  ],
  "an endpoint on this machine": [
    () => Response.json({ issuer: ISSUER, token_endpoint: "http://127.0.0.1:8080/token" }),
    false,
  ],
  "an endpoint that is no text": [() => Response.json({ issuer: ISSUER, token_endpoint: 5 }), false],
};
const DOCUMENT = { issuer: ISSUER, token_endpoint: "https://as.example/token", made_up: [1] };
const NEEDS = { endpoints: ["token_endpoint"] };

describe("discover", () => {
  test("the places, in their order; an issuer without a path has two", async () => {
    const { requests, found } = discovering({});
    await assert.rejects(found());
    assert.deepEqual(requests, PLACES);
    const root = discovering({}, "https://as.example/");
    await assert.rejects(root.found());
    assert.deepEqual(root.requests, [
      "https://as.example/.well-known/oauth-authorization-server",
      "https://as.example/.well-known/openid-configuration",
    ]);
  });

  test("the metadata is found at each place, with what this package does not know", async () => {
    for (const place of PLACES) {
      const { requests, found } = discovering({ [place]: DOCUMENT });
      assert.deepEqual(await found(NEEDS), DOCUMENT);
      assert.deepEqual(
        requests,
        PLACES.slice(0, PLACES.indexOf(place) + 1),
        "and no place after it is asked",
      );
    }
  });

  for (const [what, [answer, retryable]] of Object.entries(FAILURES)) {
    test(`${what}: the next place is asked`, async () => {
      for (const [at, place] of PLACES.entries()) {
        const answers = Object.fromEntries(PLACES.map((place) => [place, answer] as const));
        const { found, requests } = discovering({ ...answers, [place]: DOCUMENT });
        assert.deepEqual(await found(NEEDS), DOCUMENT);
        assert.equal(requests.length, at + 1);
      }
    });

    test(`${what} everywhere: ${retryable ? "try again" : "no metadata"}`, async () => {
      const answers = Object.fromEntries(PLACES.map((place) => [place, answer] as const));
      const { found, time } = discovering(answers);
      const began = time.clock().monotonic();
      await assert.rejects(found(NEEDS), (error) => {
        assert.ok(error instanceof DiscoveryError);
        assert.equal(error.retryable, retryable);
        assert.deepEqual(
          error.failures.map(({ url }) => url),
          PLACES,
        );
        for (const { message } of error.failures) assert.ok(error.message.includes(message));
        return true;
      });
      assert.ok(time.clock().monotonic() - began <= 5000);
    });
  }

  test("a slow place that answers first is as good as one that answers at once", async () => {
    const { found, time } = discovering({
      [PLACED]: async () => {
        await time.wait(2000);
        return Response.json(DOCUMENT);
      },
      [APPENDED]: () => new Promise<Response>(() => {}),
    });
    assert.deepEqual(await found(NEEDS), DOCUMENT);
  });

  test("one place that was unavailable is enough to try again", async () => {
    const { found } = discovering({ [OPENID]: () => new Response(null, { status: 502 }) });
    await assert.rejects(found(), { name: "DiscoveryError", retryable: true });
  });

  test("an issuer differs by no more than the slash at its end, and is as the server writes it", async () => {
    const slash = `${ISSUER}/`;
    assert.equal((await discovering({ [PLACED]: { issuer: slash } }).found()).issuer, slash);
    assert.equal((await discovering({ [PLACED]: { issuer: ISSUER } }, slash).found()).issuer, ISSUER);
    assert.equal(
      (await discovering({ [PLACED]: { issuer: ISSUER } }, new URL(ISSUER)).found()).issuer,
      ISSUER,
    );
    for (const issuer of [
      "https://as.example/Tenant",
      `${ISSUER}//`,
      "https://AS.example/tenant",
      "as.example",
    ]) {
      await assert.rejects(discovering({ [PLACED]: { issuer } }).found(), new RegExp(`names ${issuer}`));
    }
    const odd = discovering({ [PLACED]: { issuer: "https://x\u001b[31m" } });
    await assert.rejects(odd.found(), /names no issuer/, "nothing unprintable is repeated");
  });

  test("http is for loopback, or for closed networks that say so", async () => {
    await assert.rejects(discover("http://as.example"), ClientConfigError);
    await assert.rejects(discover("as.example"), ClientConfigError);
    await assert.rejects(
      discover("https://user:secret@as.example"),
      (error: Error) => !/secret/.test(error.message),
    );
    const issuer = "http://auth:8080";
    const place = `${issuer}/.well-known/oauth-authorization-server`;
    const document = { issuer, token_endpoint: `${issuer}/token` };
    const options = { ...NEEDS, allowHttp: true };
    assert.deepEqual(await discovering({ [place]: document }, issuer).found(options), document);
  });

  test("an abort is an abort, even where `fetch` does not heed it", async () => {
    await assert.rejects(discovering({}).found({ signal: AbortSignal.abort() }), { name: "AbortError" });
    const controller = new AbortController();
    const { requests, found } = discovering({ [PLACED]: () => new Promise<Response>(() => {}) });
    const aborted = assert.rejects(found({ signal: controller.signal }), { name: "AbortError" });
    controller.abort();
    await aborted;
    assert.deepEqual(requests, [PLACED]);
  });

  test("`fetch` is called without `this`, with no redirect followed and nothing cached", async () => {
    let seen: unknown[] = [];
    async function strict(this: unknown, _input: unknown, init?: RequestInit) {
      seen = [this, init?.redirect, init?.cache];
      return Response.json(DOCUMENT);
    }
    await discover(ISSUER, { fetch: strict });
    assert.deepEqual(seen, [undefined, "manual", "no-store"]);
  });
});

function cut(): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.error(new TypeError("terminated"));
    },
  });
}

function discovering(answers: Record<string, Answer>, issuer: string | URL = ISSUER) {
  const { time, requests, fetch } = servers(answers);
  const found = (options: DiscoverOptions = {}) =>
    time.during(discover(issuer, { fetch, clock: time.clock(), ...options }));
  return { time, requests, found };
}

describe("retryWindowOf", () => {
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
    "that is not an object": () => Response.json(null),
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
    const documents: Record<string, Answer> = {};
    for (const place of PLACES) documents[place] = () => new Promise<Response>(() => {});
    const { window, requests, time } = reading(documents);
    assert.equal(await time.during(window(), 5000), 0);
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

  test("an issuer that is not https is refused at once", () => {
    assert.throws(() => retryWindowOf("http://as.example"), ClientConfigError);
    assert.doesNotThrow(() => retryWindowOf("http://as.example", { allowHttp: true }));
  });
});

function reading(documents: Record<string, Answer>, issuer = ISSUER) {
  const { time, requests, fetch } = servers(documents);
  return { time, requests, window: retryWindowOf(issuer, { fetch, clock: time.clock() }) };
}

/** The metadata of servers, by place; 404 elsewhere. */
function servers(answers: Record<string, Answer>) {
  const time = new VirtualTime();
  const requests: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    const { url } = new Request(input);
    requests.push(url);
    const answer = answers[url];
    if (answer === undefined) return new Response("", { status: 404 });
    return typeof answer === "function" ? (answer as () => Response)() : Response.json(answer);
  };
  return { time, requests, fetch };
}
