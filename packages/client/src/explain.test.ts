import assert from "node:assert/strict";
import { test } from "node:test";
import { clientSecretBasic } from "./client-auth.ts";
import { explain } from "./explain.ts";

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
