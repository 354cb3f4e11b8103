import assert from "node:assert/strict";
import { test } from "node:test";
import { clientSecretBasic, clientSecretPost, none } from "./client-auth.ts";
import { createTokenClient } from "./client.ts";
import { isTokenError } from "./errors.ts";
import type { SessionEndedError } from "./errors.ts";
import { explain, explainRefusals } from "./explain.ts";
import { memoryStore } from "./memory-store.ts";
import type { ClientAuth } from "./wire-format.ts";

const TOLD = {
  state: "revoked",
  reason: "reused",
  next_step: "sign_in",
  sentences: ["It ended.", "Sign in."],
};
const about = { explanationEndpoint: "https://as.example/oauth/explain", clientId: "c", token: "rgr_x" };

function answering(response: () => Response) {
  const requests: Request[] = [];
  const fetch = async (...args: Parameters<typeof globalThis.fetch>) => {
    requests.push(new Request(...args));
    return response();
  };
  return { requests, fetch };
}

test("explain sends the token with the client's authentication, and returns what the server says", async () => {
  const { requests, fetch } = answering(() => Response.json(TOLD));
  assert.deepEqual(await explain({ ...about, fetch }), TOLD);
  assert.deepEqual(await explain({ ...about, fetch, clientAuth: clientSecretBasic("s") }), TOLD);
  const [open, secret] = requests;
  assert.equal(open?.method, "POST");
  assert.deepEqual(Object.fromEntries((await open?.formData()) ?? []), { token: "rgr_x", client_id: "c" });
  assert.equal(secret?.headers.get("authorization"), `Basic ${btoa("c:s")}`);
  assert.deepEqual(Object.fromEntries((await secret?.formData()) ?? []), { token: "rgr_x" });
});

test("a server that refuses, does not respond or does not explain is an error without the token", async () => {
  const answers = [
    [() => Response.json({ error: "invalid_client" }, { status: 401 }), "client_config"],
    [() => new Response("Not found", { status: 404 }), "client_config"],
    [() => Response.json({ active: false }), "client_config"],
    [() => Response.json({ ...TOLD, sentences: [7] }), "client_config"],
    [() => Response.json({}, { status: 429 }), "token_unavailable"],
    [() => Response.json({}, { status: 503 }), "token_unavailable"],
    [
      () => {
        throw new TypeError("rgr_x failed");
      },
      "token_unavailable",
    ],
  ] as const;
  for (const [response, code] of answers) {
    const { fetch } = answering(response);
    await assert.rejects(explain({ ...about, fetch }), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, /^The server did not explain the token: it /);
      assert.doesNotMatch(error.message, /rgr_x/);
      return true;
    });
  }
});

test("a refresh token is not sent to an endpoint without https", async () => {
  const { requests, fetch } = answering(() => Response.json(TOLD));
  const plain = { ...about, explanationEndpoint: "http://as.example/oauth/explain", fetch };
  await assert.rejects(explain(plain));
  assert.equal(requests.length, 0);
  assert.deepEqual(await explain({ ...plain, allowHttp: true }), TOLD);
});

/** A client whose second refresh is refused with this response, and explained by `explained`. */
async function refusedClient(
  refusal: () => Response,
  explained: () => Response | Promise<Response>,
  {
    clientAuth = none,
    ...options
  }: Partial<Pick<Parameters<typeof explainRefusals>[0], "explanationEndpoint" | "onExplanation">> & {
    clientAuth?: ClientAuth;
  } = {},
) {
  const asked: Request[] = [];
  const answers = [Response.json({ access_token: "b", refresh_token: "second", expires_in: 60 })];
  const store = memoryStore();
  const open = () =>
    createTokenClient({
      key: "k",
      store,
      tokenEndpoint: "https://as.example/oauth/token",
      clientId: "c",
      clientAuth,
      fetch: explainRefusals({
        explanationEndpoint: about.explanationEndpoint,
        ...options,
        fetch: async (...args) => {
          const request = new Request(...args);
          if (request.url.endsWith("/token")) return answers.shift() ?? refusal();
          asked.push(request);
          return explained();
        },
      }),
    });
  const client = open();
  await client.set({ access_token: "a", refresh_token: "first", expires_in: 60 });
  await client.getToken({ mode: "force" });
  assert.equal(asked.length, 0, "a refresh that succeeds is not explained");
  const error = async (asking = client) => {
    const thrown = await asking.getToken({ mode: "force" }).catch((error: unknown) => error);
    assert.ok(isTokenError(thrown));
    return thrown;
  };
  return { asked, error, open };
}

const reused = () =>
  Response.json(
    {
      error: "invalid_grant",
      error_description: "The refresh token was used before.",
      error_reason: "reused",
    },
    { status: 400 },
  );

test("the error of a refused refresh says what became of the token, in each process that shares the session", async () => {
  for (const clientAuth of [clientSecretBasic("s"), clientSecretPost("s")]) {
    const told: unknown[] = [];
    const explained = Promise.withResolvers<unknown>();
    const onExplanation = (explanation: unknown) => {
      told.push(explanation);
      explained.resolve(explanation);
    };
    const options = { clientAuth, onExplanation };
    const { asked, error, open } = await refusedClient(reused, () => Response.json(TOLD), options);
    for (const other of [undefined, open()]) {
      const { code, reason, error: oauthError, description } = (await error(other)) as SessionEndedError;
      assert.deepEqual(
        { code, reason, oauthError, description },
        {
          code: "session_ended",
          reason: "rejected",
          oauthError: "invalid_grant",
          description: "It ended. Sign in.",
        },
      );
    }
    await explained.promise;
    assert.deepEqual(told, [TOLD]);
    const [question] = asked;
    const form = Object.fromEntries((await question?.formData()) ?? []);
    const isBasic = question?.headers.get("authorization") === `Basic ${btoa("c:s")}`;
    const posted = { client_id: "c", client_secret: "s" };
    assert.deepEqual(form, { token: "second", ...(isBasic ? {} : posted) });
  }
});

test("an error of the callback fails neither the refresh nor the process", async (t) => {
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  const onExplanation = () => {
    throw new TypeError("of the callback");
  };
  const { error } = await refusedClient(reused, () => Response.json(TOLD), { onExplanation });
  assert.equal((await error()).code, "session_ended");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(unhandled.mock.callCount(), 0);
});

test("token and secret are sent to no other origin than the refresh was", async () => {
  const options = { explanationEndpoint: "https://other.example/explain", clientAuth: clientSecretPost("s") };
  const { asked, error } = await refusedClient(reused, () => Response.json(TOLD), options);
  assert.equal((await error()).description, "The refresh token was used before.");
  assert.equal(asked.length, 0);
});

test("all that Regrant can say of a token fits into the description", async () => {
  const sentences = Array.from({ length: 8 }, (_, i) => `${i} ${"long ".repeat(45)}end.`);
  const { error } = await refusedClient(reused, () => Response.json({ ...TOLD, sentences }));
  assert.equal((await error()).description, sentences.join(" "));
});

test("an explanation does not change what a refusal means", async () => {
  const sentences = ["This refresh token was revoked, the session expired, the refresh token is invalid."];
  const refusals = [
    [{ error: "invalid_client", error_description: "x" }, 401, "client_config", sentences[0]],
    [{ error: "invalid_request", message: "x" }, 401, "session_ended", sentences[0]],
    [{ error: "invalid_request", message: "x" }, 400, "client_config", "x"],
    [
      { error: "unauthorized_client", error_description: "No grant type" },
      400,
      "client_config",
      "No grant type",
    ],
    [{ message: "x" }, 400, "token_unavailable", "x"],
  ] as const;
  const long = Response.json({ ...TOLD, sentences: ["x".repeat(500_000)] });
  const { error: refused } = await refusedClient(reused, () => long);
  assert.equal((await refused()).code, "session_ended");
  for (const [body, status, code, description] of refusals) {
    const explained = () => Response.json({ ...TOLD, sentences });
    const { error } = await refusedClient(() => Response.json(body, { status }), explained);
    const thrown = await error();
    assert.deepEqual([thrown.code, thrown.description], [code, description], JSON.stringify(body));
  }
});

test("a refusal stays as it is where the server explains nothing, or does not know the token", async () => {
  const said = "The refresh token was used before.";
  const unknown = { ...TOLD, state: "unknown" };
  const explanations = [
    () => Response.json({}, { status: 404 }),
    () => Response.json({}, { status: 429 }),
    () => Response.json({ ...TOLD, sentences: [7] }),
    () => Response.json(unknown),
    () => Promise.reject(new TypeError("failed")),
  ];
  for (const explained of explanations) {
    const { error } = await refusedClient(reused, explained);
    assert.deepEqual([(await error()).code, (await error()).description], ["session_ended", said]);
  }
  const page = () => new Response("<h1>Bad request</h1>", { status: 400 });
  const { error } = await refusedClient(page, () => Response.json(TOLD));
  assert.equal((await error()).code, "token_unavailable");
});

test("a refusal waits 3 s for its explanation, and is handed on unread", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asking = Promise.withResolvers<void>();
  const send = explainRefusals({
    explanationEndpoint: about.explanationEndpoint,
    onExplanation: () => assert.fail("nothing was explained"),
    fetch: async (...args) => {
      const { url } = new Request(...args);
      if (!url.endsWith("/explain")) return reused();
      asking.resolve();
      return new Promise<Response>(() => {});
    },
  });
  const body = "grant_type=refresh_token&refresh_token=r";
  const sent = send("https://as.example/token", { method: "POST", body });
  await asking.promise;
  t.mock.timers.tick(3000);
  const response = await sent;
  assert.equal(response.bodyUsed, false);
  assert.equal(((await response.json()) as { error_reason: string }).error_reason, "reused");
});

test("the languages of the sentences are asked for", async () => {
  const { requests, fetch } = answering(() => Response.json(TOLD));
  await explain({ ...about, fetch, uiLocales: "de en" });
  assert.equal((await requests[0]?.formData())?.get("ui_locales"), "de en");
});
