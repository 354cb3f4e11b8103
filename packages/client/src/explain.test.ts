import assert from "node:assert/strict";
import { test } from "node:test";
import { clientSecretBasic } from "./client-auth.ts";
import { clientSecretPost } from "./client-auth.ts";
import { createTokenClient } from "./client.ts";
import { explain, explainRefusals } from "./explain.ts";
import { memoryStore } from "./memory-store.ts";

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

test("a refresh that is refused is explained, with the client's own authentication; one that is not is not", async () => {
  for (const clientAuth of [clientSecretBasic("s"), clientSecretPost("s")]) {
    const asked: Request[] = [];
    const answers = [Response.json({ access_token: "b", refresh_token: "second", expires_in: 60 })];
    const explained = Promise.withResolvers<unknown>();
    const client = createTokenClient({
      key: "k",
      store: memoryStore(),
      tokenEndpoint: "https://as.example/oauth/token",
      clientId: "c",
      clientAuth,
      fetch: explainRefusals({
        explanationEndpoint: about.explanationEndpoint,
        onExplanation: explained.resolve,
        fetch: async (...args) => {
          const request = new Request(...args);
          if (request.url.endsWith("/token"))
            return answers.shift() ?? Response.json({ error: "invalid_grant" }, { status: 400 });
          asked.push(request);
          return Response.json(TOLD);
        },
      }),
    });
    await client.set({ access_token: "a", refresh_token: "first", expires_in: 60 });
    await client.getToken({ mode: "force" });
    assert.equal(asked.length, 0);
    await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
    assert.deepEqual(await explained.promise, TOLD);
    const [question] = asked;
    const form = Object.fromEntries((await question?.formData()) ?? []);
    const isBasic = question?.headers.get("authorization") === `Basic ${btoa("c:s")}`;
    const posted = { client_id: "c", client_secret: "s" };
    assert.deepEqual(form, { token: "second", ...(isBasic ? {} : posted) });
  }
});

test("a question that fails is not reported, and does not keep the client waiting", async () => {
  const send = explainRefusals({
    explanationEndpoint: about.explanationEndpoint,
    onExplanation: () => assert.fail("nothing was explained"),
    fetch: async (...args) => {
      const { url } = new Request(...args);
      if (url.endsWith("/explain")) return new Promise<Response>(() => {});
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    },
  });
  const body = "grant_type=refresh_token&refresh_token=r";
  assert.equal((await send("https://as.example/token", { method: "POST", body })).status, 400);
});
