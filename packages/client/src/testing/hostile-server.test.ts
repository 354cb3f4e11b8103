import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { hostileServer } from "./index.ts";
import type { Fault, HostileServer, HostileServerOptions, IssuedTokens } from "./index.ts";

test("a spent token ends its family, or gets its successor again within the window", async (t) => {
  for (const retryWindow of [0, 30]) {
    const server = await start(t, { retryWindow });
    const { refresh_token: first = "" } = server.login();
    const second = await answered(refresh(server, first));
    const again = await refresh(server, first);
    if (retryWindow === 0) {
      assert.deepEqual([again.status, await again.json()], [400, { error: "invalid_grant" }]);
    } else assert.equal((await answered(again)).refresh_token, second.refresh_token);
    assert.equal(server.families[0]?.alive, retryWindow > 0);
    assert.deepEqual(
      server.spends.map(({ generation, outcome }) => [generation, outcome]),
      [
        [0, "rotated"],
        [0, retryWindow > 0 ? "replayed" : "reused"],
      ],
    );
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    assert.equal(
      (metadata as Record<string, unknown>)["refresh_token_retry_window"],
      retryWindow || undefined,
    );
  }
});

test("a token whose successor is spent too ends its family, within the window as well", async (t) => {
  const server = await start(t, { retryWindow: 30 });
  const { refresh_token: first = "" } = server.login();
  const { refresh_token: second = "" } = await answered(refresh(server, first));
  await answered(refresh(server, second));
  assert.equal((await refresh(server, first)).status, 400);
  assert.equal(server.families[0]?.alive, false);
});

test("each fault does what its name says, and tells whether the token was spent", async (t) => {
  const kinds: Record<Fault, { spent: boolean; sees: string }> = {
    drop_before: { spent: false, sees: "no answer" },
    drop_after: { spent: true, sees: "no answer" },
    hang: { spent: true, sees: "no answer" },
    half: { spent: true, sees: "200 application/json, cut" },
    rate_limited: { spent: false, sees: "429 application/json" },
    unavailable: { spent: false, sees: "503 application/json" },
    html: { spent: false, sees: "502 text/html" },
    html_ok: { spent: false, sees: "200 text/html" },
    bad_json: { spent: true, sees: "200 application/json" },
    wrong_type: { spent: true, sees: "200 text/plain" },
  };
  const server = await start(t, { retryWindow: 30 });
  for (const [fault, { spent, sees }] of Object.entries(kinds) as [Fault, (typeof kinds)[Fault]][]) {
    server.script(fault);
    assert.equal(await seen(server, server.login().refresh_token ?? ""), sees, fault);
    const spend = server.spends.at(-1);
    assert.deepEqual([spend?.fault, spend?.outcome], [fault, spent ? "rotated" : "not_committed"]);
  }
});

test("chance repeats itself with its seed", async (t) => {
  const chances = { unavailable: 0.3, html: 0.3 };
  const faults = async (seed?: number) => {
    const server = await start(t, { chances, latency: 0, ...(seed === undefined ? {} : { seed }) });
    for (let spend = 0; spend < 12; spend += 1) await refresh(server, server.login().refresh_token ?? "");
    return { seed: server.seed, faults: server.spends.map(({ fault }) => fault) };
  };
  const first = await faults();
  assert.deepEqual((await faults(first.seed)).faults, first.faults);
});

test("two spends of one token at the same time are told from two that follow each other", async (t) => {
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

test("an API takes good access tokens, and none that was made to expire", async (t) => {
  const server = await start(t, { rotates: false });
  const login = server.login();
  const status = async ({ access_token }: IssuedTokens) =>
    (await fetch(server.resource, { headers: { Authorization: `Bearer ${access_token}` } })).status;
  assert.equal(await status(login), 200);
  server.expireAccessTokens();
  assert.equal(await status(login), 401);
  const next = await answered(refresh(server, login.refresh_token ?? ""));
  assert.equal(next.refresh_token, undefined, "this server does not rotate");
  assert.equal(await status(next), 200);
});

test("the password grant is a login, whatever the password", async (t) => {
  const server = await start(t, {});
  const body = new URLSearchParams({ grant_type: "password", username: "ada", password: "any" });
  const first = await answered(fetch(server.tokenEndpoint, { method: "POST", body }));
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

async function answered(response: Response | Promise<Response>): Promise<IssuedTokens> {
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
    return "no answer";
  }
  const head = `${response.status} ${response.headers.get("Content-Type")}`;
  return response.text().then(
    () => head,
    () => `${head}, cut`,
  );
}
