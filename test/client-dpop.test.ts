// The client's DPoP against a foreign server that is unmodified, and its key where processes and tabs share it.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { createTokenClient, memoryStore } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { dpop } from "@regrant/client/dpop";
import type { Dpop } from "@regrant/client/dpop";
import { authorizedFetch } from "@regrant/client/fetch";
import { discover } from "@regrant/client/metadata";
import { fileKeys } from "@regrant/client/node";
import { createTestRegrant } from "@regrant/server/testing";
import { createVerifier, refusalResponse } from "@regrant/verify";
import { bundle, launch, servePage } from "./browser.ts";
import { needChromium } from "./need.ts";
import { startOidcProvider } from "./oidc-provider.mjs";
import type { DpopTab } from "./page/dpop-tab.ts";
import { endWithProcess, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

declare global {
  var openDpopTab: (endpoint: { tokenEndpoint: string; clientId: string; api: string }) => void;
  var dpopTab: DpopTab;
}

type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;

/** Exchanges a code, as a login does at its end. */
async function login(server: OidcProvider, fetch: typeof globalThis.fetch): Promise<TokenResponse> {
  const body = new URLSearchParams(await server.authorize());
  const response = await fetch(server.tokenEndpoint, { method: "POST", body });
  assert.equal(response.status, 200);
  return (await response.json()) as TokenResponse;
}

function clientOf({ tokenEndpoint, clientId, api }: OidcProvider, bound: Dpop) {
  const client = createTokenClient({
    tokenEndpoint,
    clientId,
    key: "session",
    store: memoryStore(),
    dpop: bound,
  });
  const apiFetch = authorizedFetch(client, { origins: [new URL(api).origin] });
  return { client, userinfo: async () => (await apiFetch(`${api}?query#fragment`)).status };
}

function newKeys(): ReturnType<typeof fileKeys> {
  return fileKeys({ directory: temporaryFolder("client-dpop") });
}

for (const requireNonce of [true, false]) {
  test(`oidc-provider ${requireNonce ? "with" : "without"} nonces: login, API and refreshes, bound to the key`, async (t) => {
    const server = await startOidcProvider(t, requireNonce);
    const { dpop_signing_alg_values_supported: algorithms } = await discover(server.issuer);
    const bound = dpop({ keys: newKeys(), algorithms, required: true });
    const { client, userinfo } = clientOf(server, bound);
    await client.set(await login(server, bound.tokenFetch()));
    assert.equal(await userinfo(), 200);
    for (let refresh = 0; refresh < 3; refresh += 1) {
      assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
      assert.equal(await userinfo(), 200);
    }
    const refused = server.seen.filter(({ status }) => status >= 400).map(({ status, url }) => [status, url]);
    // The token endpoint and the API are of one origin: its nonce is learned once.
    assert.deepEqual(refused, requireNonce ? [[400, "/token"]] : []);
  });
}

test("oidc-provider refuses the stolen tokens of a bound session without the key, and with another one", async (t) => {
  const server = await startOidcProvider(t, true);
  const bound = dpop({ keys: newKeys() });
  const tokens = await login(server, bound.tokenFetch());
  const thief = clientOf(server, dpop({ keys: newKeys() }));
  await thief.client.set(tokens);
  assert.equal(await thief.userinfo(), 401);
  await assert.rejects(thief.client.getToken({ mode: "force" }), {
    code: "session_ended",
    reason: "rejected",
  });
  const owner = clientOf(server, bound);
  await owner.client.set(tokens);
  assert.equal(await owner.userinfo(), 200);
  await owner.client.getToken({ mode: "force" });
});

test("a session that began at oidc-provider without a key is bound by its next refresh", async (t) => {
  const server = await startOidcProvider(t, true);
  const { client, userinfo } = clientOf(server, dpop({ keys: newKeys() }));
  await client.set(await login(server, fetch));
  assert.deepEqual([(await client.getToken()).tokenType, await userinfo()], ["Bearer", 200]);
  assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
  assert.equal(await userinfo(), 200);
});

test("Regrant, with nonces there and at the API, binds a session in place; a later copy is refused and ends nothing", async () => {
  await using auth = await createTestRegrant({ dpopNonce: "on" });
  const { issuer, fetch } = auth;
  const api = "https://api.example.com";
  const nonce = { secret: "a secret that all instances of the API have" };
  const trusted = { issuer, audience: issuer, fetch, now: auth.clock.now };
  const verifier = createVerifier({ ...trusted, dpop: { baseUrl: api, nonce } });
  const { id: clientId } = await auth.client({ public: true });
  const session = { tokenEndpoint: `${issuer}/oauth/token`, clientId, key: "session", fetch };
  const store = memoryStore();
  const client = createTokenClient({ ...session, store, dpop: dpop({ keys: newKeys() }) });
  const statuses: number[] = [];
  const apiFetch = authorizedFetch(client, {
    origins: [api],
    async fetch(input, init) {
      const verdict = await verifier.verify(new Request(input, init));
      const response =
        verdict.outcome === "accepted"
          ? new Response("orders", { headers: verdict.headers })
          : refusalResponse(verdict.refusal);
      statuses.push(response.status);
      return response;
    },
  });

  await client.set(await auth.regrant.issue({ clientId, subject: "ada" }));
  assert.equal((await client.getToken()).tokenType, "Bearer");
  for (let refresh = 0; refresh < 2; refresh += 1) {
    assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
    const order = { method: "POST", body: "{}" };
    assert.equal((await apiFetch(`${api}/orders?page=2`, order)).status, 200);
  }
  assert.deepEqual(statuses, [401, 200, 200], "the API's nonce is learned once");
  auth.loseNextResponse();
  assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");

  const copy = (await store.get("session"))?.record.refreshToken ?? "";
  const thief = createTokenClient({ ...session, store: memoryStore() });
  await thief.set({ access_token: "a", refresh_token: copy });
  await assert.rejects(thief.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
  assert.equal((await client.getToken({ mode: "force" })).tokenType, "DPoP");
  verifier.close();
});

/** A process that loads the key of a folder, or stops in the middle of making it. */
function keyProcess(directory: string, stopAt = ""): ChildProcess {
  const program = join(import.meta.dirname, "client/key-child.ts");
  const child = fork(program, [directory, stopAt], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  endWithProcess(child);
  return child;
}

async function reportOf(child: ChildProcess): Promise<unknown> {
  const [report] = (await once(child, "message")) as [unknown];
  return report;
}

test("four processes that start at once make one key, whichever of them is killed", async (t) => {
  const directory = temporaryFolder("client-dpop");
  // Killed when it has made a key, which nobody else has seen.
  const early = keyProcess(directory, "created");
  assert.equal(await reportOf(early), "created");
  await stopProgram(early, "SIGKILL");
  const four = Array.from({ length: 4 }, () => keyProcess(directory));
  const thumbprints = new Set(await Promise.all(four.map(reportOf)));
  // Killed when the key is stored, before any login.
  await Promise.all(four.map((child) => stopProgram(child, "SIGKILL")));
  const server = await startOidcProvider(t, true);
  const bound = dpop({ keys: fileKeys({ directory }) });
  assert.deepEqual(thumbprints, new Set([await bound.thumbprint()]));
  const { client, userinfo } = clientOf(server, bound);
  await client.set(await login(server, bound.tokenFetch()));
  assert.equal(await userinfo(), 200);
});

const browser = await needChromium();

test(
  "two tabs that start at once share one key that no script can read; the session ends when the browser forgets it",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const server = await startOidcProvider(t, true);
    const { tokenEndpoint, clientId, api } = server;
    const script = await bundle(join(import.meta.dirname, "page/dpop-tab.ts"));
    const origin = await servePage(t, { "dpop-tab.js": script });
    const context = await (await launch(t, browser)).newContext();
    const open = async () => {
      const page = await context.newPage();
      await page.goto(origin);
      await page.evaluate((endpoint) => openDpopTab(endpoint), { tokenEndpoint, clientId, api });
      return page;
    };
    const [first, second] = await Promise.all([open(), open()]);
    const thumbprints = await Promise.all(
      [first, second].map((page) => page.evaluate(() => dpopTab.thumbprint())),
    );
    assert.equal(new Set(thumbprints).size, 1);
    assert.equal(await first.evaluate(() => dpopTab.exportPrivateKey()), "InvalidAccessError");
    await first.evaluate((code) => dpopTab.login(code), await server.authorize());
    for (const page of [first, second, first]) {
      assert.equal(await page.evaluate(() => dpopTab.refresh()), "DPoP");
      assert.equal(await page.evaluate(() => dpopTab.userinfo()), 200);
    }
    await Promise.all([first.close(), second.evaluate(() => dpopTab.forgetKeys())]);
    await second.close();
    const third = await open();
    assert.equal(await third.evaluate(() => dpopTab.refresh()), "session_ended: key_lost");
  },
);
