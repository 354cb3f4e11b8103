import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clientSecretBasic, clientSecretPost } from "./client-auth.ts";
import { isTokenError } from "./errors.ts";
import type { TokenError } from "./errors.ts";
import { password } from "./grants.ts";
import { readRefusal } from "./refusal.ts";
import { harness, networkError, successor } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

const PAGE = join(import.meta.dirname, "../../../docs/client/ended-sessions.md");
const FORMS = readFileSync(PAGE, "utf8").matchAll(/^\| .+ \| (\d+) +\| `(.+)` +\| `(\w+)` +\|$/gm);

/** The forms of the page: status, body, the code that the client throws. */
const forms = Array.from(FORMS, ([, status, body = "", code]) => ({ status: Number(status), body, code }));

async function thrown(work: Promise<unknown>): Promise<TokenError> {
  const error: unknown = await work.then(
    () => assert.fail("resolved"),
    (error: unknown) => error,
  );
  assert.ok(isTokenError(error), String(error));
  return error;
}

test("the page has the forms of many servers", () => {
  assert.ok(forms.filter(({ code }) => code === "session_ended").length > 25);
  assert.ok(forms.filter(({ code }) => code !== "session_ended").length > 10);
});

for (const { status, body, code } of forms) {
  test(`${status} ${body} is ${code}`, async () => {
    const { client, time, record } = await harness(() => new Response(body, { status }));
    await time.pass(HOUR);
    const error = await thrown(time.during(client.getToken()));
    assert.equal(error.code, code);
    const { ended, unanswered } = (await record()) ?? {};
    assert.equal(ended?.reason, code === "session_ended" ? "rejected" : undefined);
    // The server may have processed a request that it answered with neither a token nor a refusal.
    assert.equal(unanswered !== undefined, status === 500 || /temporarily|<h1>/.test(body));
  });
}

/** Refusals that speak of tokens, and say nothing about the refresh token. */
const OTHERS = [
  "refresh_token is required",
  "Unknown parameter: refresh_token",
  "Invalid parameter: refresh_token must be a string",
  "The refresh token request is invalid",
  "Invalid refresh token request: client_id is missing",
  "A valid, unexpired refresh token is required",
  "Client is not authorized to use refresh tokens",
  "The client is invalid. Refresh token grants are not enabled",
  "refresh token rotation is disabled",
  "Access token is missing or invalid",
  "No authorization token was found",
  "API token expired",
  "client assertion expired",
  "Your VPN session is invalid, login required",
  "Your license has expired. The refresh token service is unavailable",
];
const ENDS = [
  "Refresh token doesn't exist",
  "The refresh token could not be found",
  "refresh token is no longer valid",
  "Refresh token was not recognized",
  "Your refresh token is either invalid or expired",
  "RefreshTokenExpired",
  "unauthorized.bad_refresh_token.evicted",
  "The specified refresh token is malformed, expired or revoked",
  "Refresh token s3cr3t-1 is unknown",
];

test("a text ends the session only if it says that the refresh token is of no use", () => {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: "s3cr3t-1" });
  const request = { tokenEndpoint: "", clientId: "", body, headers: new Headers() };
  const says = (text: string) =>
    readRefusal({ status: 400, body: { error_description: text } }, request).ended;
  assert.deepEqual(OTHERS.filter(says), []);
  assert.deepEqual(ENDS.filter(says), ENDS);
});

test("after a lost response, a rejection in other words is outcome_unknown", async () => {
  const { client, time } = await harness((_, n) =>
    n === 1 ? networkError() : Response.json({ message: "Invalid refresh token" }, { status: 401 }),
  );
  await time.pass(HOUR);
  await thrown(client.getToken());
  const error = await thrown(time.during(client.getToken()));
  assert.deepEqual(
    [error.code, (error as { reason?: unknown }).reason],
    ["session_ended", "outcome_unknown"],
  );
});

test("classifyError decides what a response without a token means", async () => {
  const meanings = ["token_unavailable", "client_config", undefined, "session_ended"] as const;
  let meaning: (typeof meanings)[number];
  const seen: unknown[] = [];
  const { client, time } = await harness(() => Response.json({ sub: 7 }, { status: 400 }), {
    classifyError: ({ status, body, headers }) => {
      seen.push([status, body["sub"], headers.get("content-type")]);
      return meaning;
    },
  });
  const codes = [];
  for (meaning of meanings) {
    codes.push((await thrown(time.during(client.getToken({ mode: "force" })))).code);
    await time.pass(60 * SECOND);
  }
  assert.deepEqual(codes, ["token_unavailable", "client_config", "token_unavailable", "session_ended"]);
  assert.ok(seen.length >= 4);
  assert.deepEqual(seen[0], [400, 7, "application/json"]);
});

test("without a refresh token, words about one end nothing", async () => {
  const refusal = { error: "unauthorized_client", error_description: "session expired" };
  const grant = { grant_type: "client_credentials" };
  const { another } = await harness(() => Response.json(refusal, { status: 400 }), { grant });
  const client = another({ key: "machine" });
  assert.equal((await thrown(client.getToken())).code, "client_config");
});

test("if classifyError throws, the session is kept", async () => {
  const { client, time } = await harness((_, n) => (n === 1 ? Response.json({}) : successor(n)), {
    classifyError: () => assert.fail("broken"),
  });
  assert.equal((await thrown(client.getToken({ mode: "force" }))).code, "token_unavailable");
  await time.pass(HOUR);
  assert.equal((await client.getToken()).accessToken, "access-3");
});

test("the server's error and description are on the error and the event, in every process", async () => {
  for (const [code, type, error] of [
    ["client_config", "refresh_failed", "invalid_scope"],
    ["session_ended", "ended", "invalid_grant"],
    ["token_unavailable", "refresh_failed", "temporarily_unavailable"],
  ] as const) {
    const refusal = { error, error_description: "The scope admin\u0007 is too much" };
    const { client, another, events, time } = await harness(() => Response.json(refusal, { status: 400 }));
    const other = another();
    await time.pass(HOUR);
    const said = { error, description: "The scope admin  is too much" };
    for (const each of [client, other]) {
      const thrownError = await thrown(time.during(each.getToken()));
      assert.equal(thrownError.code, code);
      assert.deepEqual({ error: thrownError.error, description: thrownError.description }, said);
      assert.doesNotMatch(thrownError.message, /admin/);
    }
    const event = events.find((event) => event.type === type) as unknown as typeof said;
    assert.deepEqual({ error: event.error, description: event.description }, said);
  }
});

test("a description has no secret that was sent, and is short", async () => {
  const secret = "p+s s/w=rd";
  for (const clientAuth of [clientSecretBasic(secret), clientSecretPost(secret)]) {
    let echo = "";
    const { another, posts } = await harness(
      () => Response.json({ error: "invalid_client", message: echo }, { status: 401 }),
      {
        clientAuth: async (request) => {
          await clientAuth(request);
          const sent = `${request.headers.get("authorization")} ${request.body}`;
          echo = `No: refresh-1 access-1 ${secret} ${sent} \u{202e}${"long ".repeat(1000)}`;
        },
      },
    );
    const { description = "" } = await thrown(another().getToken({ mode: "force" }));
    assert.match(description, /^No: /);
    assert.doesNotMatch(description, /refresh-1|access-1|p\+s|p%2Bs|s%2Fw|cCtz|\p{C}/u);
    assert.ok(description.length <= 2000);
    assert.equal(posts.length, 1);
  }
});

test("neither has a secret in another spelling, nor an error code that contains one", async () => {
  const secret = 'p"a\\s wörd~*';
  for (const spelled of [JSON.stringify(secret), JSON.stringify([secret])]) {
    const echo = { error: "unknown_tulip", message: `No: ${spelled}` };
    const { another } = await harness(() => Response.json(echo, { status: 400 }), {
      clientAuth: clientSecretPost(secret),
      refresh: { params: { some_token: "tulip" } },
    });
    const { error, description = "" } = await thrown(another().getToken({ mode: "force" }));
    assert.equal(error, undefined);
    assert.doesNotMatch(description, /rd~/);
  }
});

test("the grants take classifyError, and their errors have the description", async () => {
  const options = {
    tokenEndpoint: "https://as.example/token",
    clientId: "c",
    username: "ada",
    password: "hunter2",
    fetch: async () => Response.json({ message: "No hunter2" }, { status: 400 }),
  };
  const { code, description } = await thrown(password(options));
  assert.deepEqual([code, description], ["token_unavailable", "No "]);
  const ended = await thrown(password({ ...options, classifyError: () => "session_ended" }));
  assert.equal(ended.code, "session_ended");
});

test("the text of a page in between ends nothing", async () => {
  const { client, record, time } = await harness(
    () => new Response("Your session has expired. Go to /login?a=1"),
  );
  await time.pass(HOUR);
  assert.equal((await thrown(client.getToken())).code, "token_unavailable");
  assert.ok((await record())?.unanswered);
});
