import assert from "node:assert/strict";
import { test } from "node:test";
import { createTokenClient } from "./client.ts";
import { refreshToken } from "./grants.ts";
import { memoryStore } from "./memory-store.ts";

const about = { tokenEndpoint: "https://as.example/token", clientId: "c" };

test("a refresh token from elsewhere is spent once, and kept if the response has no other", async () => {
  const forms: object[] = [];
  const responses = [{ refresh_token: "next" }, {}];
  const options = {
    ...about,
    refreshToken: "first",
    params: { scope: "read" },
    fetch: async (...args: Parameters<typeof fetch>) => {
      forms.push(Object.fromEntries(await new Request(...args).formData()));
      return Response.json({ access_token: "a", ...responses.shift() });
    },
  };
  assert.equal((await refreshToken(options)).refresh_token, "next");
  assert.equal((await refreshToken(options)).refresh_token, "first");
  const form = { scope: "read", grant_type: "refresh_token", refresh_token: "first", client_id: "c" };
  assert.deepEqual(forms, [form, form]);
});

test("Laravel Passport's 401 invalid_request rejects the refresh token; a 400 does not", async () => {
  const statuses = [400, 401];
  const client = createTokenClient({
    ...about,
    key: "k",
    store: memoryStore(),
    fetch: async () => Response.json({ error: "invalid_request" }, { status: statuses.shift() ?? 500 }),
  });
  await client.set({ access_token: "a", refresh_token: "r" });
  await assert.rejects(client.getToken({ mode: "force" }), { code: "client_config" });
  await client.set({ access_token: "a", refresh_token: "r" });
  await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
});
