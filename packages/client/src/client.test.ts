import assert from "node:assert/strict";
import { test } from "node:test";
import { createTokenClient } from "./client.ts";
import { memoryStore } from "./memory-store.ts";

test("a hundred callers with one refused token make one refresh, and so do a hundred who force", async () => {
  const { client, posts } = await clientWithServer();
  const callers = Array.from({ length: 100 }, () => client.getToken({ rejected: "access-1" }));
  const tokens = await Promise.all(callers);
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
  assert.deepEqual(posts, ["refresh-1"]);
  await Promise.all(Array.from({ length: 100 }, () => client.getToken({ mode: "force" })));
  assert.deepEqual(posts, ["refresh-1", "refresh-2"]);
});

test("a cleared session is over", async () => {
  const { client } = await clientWithServer();
  await client.clear();
  await assert.rejects(client.getToken(), { code: "session_ended", reason: "cleared" });
});

/** A client whose server answers the nth refresh with the tokens n + 1. */
async function clientWithServer() {
  const posts: unknown[] = [];
  const client = createTokenClient({
    tokenEndpoint: "https://as.example/token",
    clientId: "c",
    key: "k",
    store: memoryStore(),
    fetch: async (input, init) => {
      posts.push((await new Request(input, init).formData()).get("refresh_token"));
      const n = posts.length + 1;
      const answer = { access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 3600 };
      return Response.json(answer);
    },
  });
  await client.set({ access_token: "access-1", refresh_token: "refresh-1", expires_in: 3600 });
  return { client, posts };
}
