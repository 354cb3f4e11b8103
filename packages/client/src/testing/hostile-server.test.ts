import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { hostileServer } from "./index.ts";
import type { Fault, HostileServer, HostileServerOptions, IssuedTokens } from "./index.ts";

test("a spent token revokes its family, or gets its successor again within the retry window", async (t) => {
  for (const retryWindow of [0, 30]) {
    const server = await start(t, { retryWindow });
    const { refresh_token: first = "" } = server.login();
    const second = await tokensOf(refresh(server, first));
    const again = await refresh(server, first);
    if (retryWindow === 0) {
      assert.deepEqual([again.status, await again.json()], [400, { error: "invalid_grant" }]);
    } else assert.equal((await tokensOf(again)).refresh_token, second.refresh_token);
    assert.equal(server.families[0]?.active, retryWindow > 0);
    assert.deepEqual(
      server.refreshes.map(({ generation, outcome }) => [generation, outcome]),
      [
        [0, "rotated"],
        [0, retryWindow > 0 ? "retried" : "reused"],
      ],
    );
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    assert.equal(
      (metadata as Record<string, unknown>)["refresh_token_retry_window"],
      retryWindow || undefined,
    );
  }
});

test("a token whose successor is spent too revokes its family, even within the retry window", async (t) => {
  const server = await start(t, { retryWindow: 30 });
  const { refresh_token: first = "" } = server.login();
  const { refresh_token: second = "" } = await tokensOf(refresh(server, first));
  await tokensOf(refresh(server, second));
  assert.equal((await refresh(server, first)).status, 400);
  assert.equal(server.families[0]?.active, false);
});

test("each fault does what its name says, and the record tells whether the token was spent", async (t) => {
  const kinds: Record<Fault, { spent: boolean; sees: string }> = {
    drop_before: { spent: false, sees: "no response" },
    drop_after: { spent: true, sees: "no response" },
    hang: { spent: true, sees: "no response" },
    half: { spent: true, sees: "200 application/json, cut" },
    rate_limited: { spent: false, sees: "429 application/json" },
    unavailable: { spent: false, sees: "503 application/json" },
    html: { spent: false, sees: "502 text/html" },
    html_ok: { spent: false, sees: "200 text/html" },
    bad_json: { spent: true, sees: "200 application/json" },
    wrong_type: { spent: true, sees: "200 text/plain" },
    odd_members: { spent: true, sees: "200 application/json" },
  };
  const server = await start(t, { retryWindow: 30 });
  for (const [fault, { spent, sees }] of Object.entries(kinds) as [Fault, (typeof kinds)[Fault]][]) {
    server.script(fault);
    assert.equal(await seen(server, server.login().refresh_token ?? ""), sees, fault);
    const recorded = server.refreshes.at(-1);
    assert.deepEqual([recorded?.fault, recorded?.outcome], [fault, spent ? "rotated" : "not_committed"]);
  }
});

test("the API's 401 has a challenge, or none if it is asked so", async (t) => {
  const server = await start(t, {});
  for (const [query, challenge] of [
    ["", 'Bearer error="invalid_token"'],
    ["?challenge=none", null],
  ] as const) {
    const response = await fetch(server.resource + query);
    assert.deepEqual([response.status, response.headers.get("www-authenticate")], [401, challenge]);
  }
});

test("the same seed repeats the same faults", async (t) => {
  const faultRates = { unavailable: 0.3, html: 0.3 };
  const faults = async (seed?: number) => {
    const server = await start(t, { faultRates, latency: 0, ...(seed === undefined ? {} : { seed }) });
    for (let n = 0; n < 12; n += 1) await refresh(server, server.login().refresh_token ?? "");
    return { seed: server.seed, faults: server.refreshes.map(({ fault }) => fault) };
  };
  const first = await faults();
  assert.deepEqual((await faults(first.seed)).faults, first.faults);
});

test("overlaps reports concurrent refreshes with one token, not consecutive ones", async (t) => {
  const server = await start(t, { retryWindow: 30, latency: 200 });
  const { refresh_token: token = "" } = server.login();
  await refresh(server, token);
  await refresh(server, token);
  assert.deepEqual(server.overlaps(), []);
  await Promise.all([
    refresh(server, token),
    refresh(server, token),
    refresh(server, server.login().refresh_token ?? ""),
  ]);
  assert.deepEqual(
    server.overlaps().map((pair) => pair.map(({ generation }) => generation)),
    [[0, 0]],
  );
});

test("the API accepts valid access tokens, and none that expireAccessTokens invalidated", async (t) => {
  const server = await start(t, { rotates: false });
  const login = server.login();
  const status = async ({ access_token }: IssuedTokens) =>
    (await fetch(server.resource, { headers: { Authorization: `Bearer ${access_token}` } })).status;
  assert.equal(await status(login), 200);
  server.expireAccessTokens();
  assert.equal(await status(login), 401);
  const next = await tokensOf(refresh(server, login.refresh_token ?? ""));
  assert.equal(next.refresh_token, undefined, "this server does not rotate");
  assert.equal(await status(next), 200);
});

test("the password grant is a login, whatever the password", async (t) => {
  const server = await start(t, {});
  const body = new URLSearchParams({ grant_type: "password", username: "ada", password: "any" });
  const first = await tokensOf(fetch(server.tokenEndpoint, { method: "POST", body }));
  assert.equal(server.families.length, 1);
  assert.equal((await refresh(server, first.refresh_token ?? "")).status, 200);
});

async function start(t: TestContext, options: HostileServerOptions): Promise<HostileServer> {
  const server = await hostileServer(options);
  t.after(() => server.close());
  return server;
}

function refresh({ tokenEndpoint }: HostileServer, token: string, signal?: AbortSignal): Promise<Response> {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
  return fetch(tokenEndpoint, { method: "POST", body, signal: signal ?? null });
}

async function tokensOf(response: Response | Promise<Response>): Promise<IssuedTokens> {
  const { status, body } = { status: (await response).status, body: await (await response).json() };
  assert.equal(status, 200);
  return body as IssuedTokens;
}

/** What a client sees of a refresh. */
async function seen(server: HostileServer, token: string): Promise<string> {
  let response: Response;
  try {
    response = await refresh(server, token, AbortSignal.timeout(1000));
  } catch {
    return "no response";
  }
  const head = `${response.status} ${response.headers.get("Content-Type")}`;
  return response.text().then(
    () => head,
    () => `${head}, cut`,
  );
}
