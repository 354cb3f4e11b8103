import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer, HostileServerOptions } from "@regrant/client/testing";
import { build } from "esbuild";
import { Gate } from "../gate.ts";
import { listen } from "../listen.ts";
import { freePort } from "../ports.ts";
import { Service } from "../service.ts";
import { packedProject } from "./project.ts";
import { startWorker } from "./workerd.ts";

/** How long an answer may take, and after a lost refresh the first token, ms: much longer than the Worker's timeouts. */
const PATIENCE = 30_000;

/** The Worker before the recipe's Durable Objects. */
const SESSIONS = `
export { Session } from "./durable-object.ts";
export default {
  async fetch(request, env) {
    const session = env.SESSIONS.get(env.SESSIONS.idFromName(request.headers.get("user")));
    const { pathname } = new URL(request.url);
    if (pathname !== "/login") return session.fetch(env.API_URL + pathname);
    await session.signIn(await request.json());
    return new Response();
  },
};`;

/** Days before and after Workers got `cache` in requests, and promises that know their request. */
const COMPATIBILITY_DATES = ["2022-10-31", "2026-11-01"];

let source = "";

before(async () => {
  await copyFile(join(import.meta.dirname, "worker.ts"), join(await packedProject(), "worker.ts"));
  source = await bundle("worker.ts");
});

/** A program of the project and all that it imports, as one module. */
async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(await packedProject(), program)],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), ...init });
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, body };
}

/** An authorization server, and a Worker with a session of it. */
async function session(
  t: TestContext,
  compatibilityDate: string,
  options: HostileServerOptions,
  { writeDelay, ...vars }: { writeDelay?: number; STORE?: string; WAIT_UNTIL?: string } = {},
): Promise<{ server: HostileServer; origin: string }> {
  const server = await hostileServer(options);
  t.after(() => server.close());
  const { tokenEndpoint, issuer } = server;
  const given = { TOKEN_ENDPOINT: tokenEndpoint, ISSUER: issuer, STORE: "memory", ...vars };
  const origin = await startWorker(t, { source, compatibilityDate, vars: given, writeDelay });
  const login = { method: "POST", body: JSON.stringify(server.login()) };
  assert.equal((await request(`${origin}/login`, login)).status, 200);
  return { server, origin };
}

/** Requests of ten callers at once. @returns the distinct answers: a status, or what went wrong */
async function tenAtOnce(origin: string): Promise<unknown[]> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => request(`${origin}/token`)));
  return [...new Set(answers.map(({ status, body }) => (status === 200 ? status : body["code"])))];
}

/** Waits until it holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - since < PATIENCE, "not in time");
    await delay(50);
  }
}

/** Every answer comes in time, and soon they all are tokens. @returns how long that took, ms */
async function recovers(origin: string): Promise<number> {
  const since = performance.now();
  for (;;) {
    const answers = await tenAtOnce(origin);
    const took = performance.now() - since;
    if (answers.every((answer) => answer === 200)) return Math.round(took);
    assert.deepEqual(answers, ["token_unavailable"]);
    assert.ok(took < PATIENCE, `no token after ${took} ms`);
    await delay(200);
  }
}

for (const compatibilityDate of COMPATIBILITY_DATES) {
  suite(`Workers of ${compatibilityDate}`, { timeout: 120_000, concurrency: true }, () => {
    for (const STORE of ["memory", "kv"]) {
      test(`Workers: a client keeps its session, with a store in ${STORE}`, async (t) => {
        const { server, origin } = await session(t, compatibilityDate, {}, { STORE });
        assert.deepEqual(await tenAtOnce(origin), [200]);
        assert.equal(server.refreshes.length, 0);
        const forced = await request(`${origin}/token?mode=force`);
        assert.equal(forced.status, 200, JSON.stringify(forced.body));
        assert.deepEqual(await tenAtOnce(origin), [200]);
        assert.deepEqual(
          server.refreshes.map(({ outcome }) => outcome),
          ["rotated"],
        );
      });
    }

    test("Workers: an API that redirects to another origin does not pass the token on", async (t) => {
      const { origin } = await session(t, compatibilityDate, {});
      const seen: unknown[] = [];
      const other = await listen(t, ({ headers }, response) => {
        seen.push(headers.authorization);
        response.end();
      });
      const api = await listen(t, (_, response) => response.writeHead(302, { location: other }).end());
      const { body } = await request(`${origin}/?api=${encodeURIComponent(api)}`);
      assert.deepEqual(
        [body["status"], seen],
        compatibilityDate < "2025-09" ? [302, []] : [200, [undefined]],
      );
    });

    for (const [how, leave] of Object.entries({
      "gives up waiting": (origin: string) => request(`${origin}/token?mode=force&patience=100`),
      "hangs up": (origin: string) =>
        request(`${origin}/token?mode=force`, { signal: AbortSignal.timeout(100) }).catch(() => undefined),
    })) {
      test(`Workers: a caller that ${how} during its refresh blocks no other request`, async (t) => {
        const { server, origin } = await session(t, compatibilityDate, { retryWindow: 30, accessTtl: 2 });
        await delay(1100);
        server.script("hang");
        await leave(origin);
        t.diagnostic(`all others have a token after ${await recovers(origin)} ms`);
        assert.deepEqual(server.overlaps(), []);
        assert.equal(server.families[0]?.active, true);
      });
    }

    test("Workers: a caller that gives up during a write to the store blocks no other request", async (t) => {
      const options = { retryWindow: 30, accessTtl: 2 };
      const { server, origin } = await session(t, compatibilityDate, options, {
        STORE: "kv",
        writeDelay: 200,
      });
      await delay(1100);
      await request(`${origin}/token?mode=force&patience=100`);
      t.diagnostic(`all others have a token after ${await recovers(origin)} ms`);
      assert.equal(server.families[0]?.active, true);
    });

    test("Workers: a refresh in the background is completed after the response", async (t) => {
      const options = { accessTtl: 5, latency: 1000 };
      const { server, origin } = await session(t, compatibilityDate, options, { WAIT_UNTIL: "yes" });
      const first = await request(`${origin}/token`);
      await delay(2200);
      const soft = await request(`${origin}/token`);
      assert.equal(soft.body["accessToken"], first.body["accessToken"]);
      assert.equal(server.refreshes[0]?.endedAt, undefined, "the response did not wait for it");
      await until(() => server.refreshes[0]?.endedAt !== undefined);
      await until(async () => {
        const { body } = await request(`${origin}/token`);
        return body["accessToken"] !== first.body["accessToken"];
      });
      assert.deepEqual(
        server.refreshes.map(({ outcome }) => outcome),
        ["rotated"],
      );
    });

    test("Workers: without waitUntil, the response waits for a refresh that is due", async (t) => {
      const { server, origin } = await session(t, compatibilityDate, { accessTtl: 5, latency: 1000 });
      await delay(2200);
      assert.equal((await request(`${origin}/token`)).status, 200);
      assert.deepEqual(
        server.refreshes.map(({ outcome, endedAt }) => [outcome, endedAt === undefined]),
        [["rotated", false]],
      );
      assert.deepEqual(await tenAtOnce(origin), [200]);
    });

    test("Workers: verify accepts and refuses, and no dead request keeps its keys from others", async (t) => {
      const service = await Service.prepare(t, { REGRANT_SIGNING_ALGORITHM: "EdDSA" });
      const port = await freePort();
      const gate = await Gate.before(port);
      t.after(() => gate.close());
      const issuer = `http://127.0.0.1:${gate.port}`;
      await service.serve({ port, env: { REGRANT_ISSUER: issuer } });
      const client = await service.createClient("--grant-type", "client_credentials");
      const vars = { TOKEN_ENDPOINT: `${issuer}/oauth/token`, ISSUER: issuer, STORE: "memory" };
      const clientVars = { CLIENT_ID: client.client_id, CLIENT_SECRET: client.client_secret };
      const origin = await startWorker(t, { source, compatibilityDate, vars: { ...vars, ...clientVars } });
      const { status, body } = await request(`${origin}/token`);
      assert.equal(status, 200, JSON.stringify(body));
      const authorization = `Bearer ${body["accessToken"] as string}`;
      const use = (headers: Record<string, string>, query = "") =>
        request(`${origin}/protected${query}`, { headers });

      gate.shut();
      assert.equal((await use({ authorization }, "?patience=300")).status, 504);
      gate.open();
      const since = performance.now();
      let answer = await use({ authorization });
      while (answer.status === 503 && performance.now() - since < PATIENCE) {
        await delay(200);
        answer = await use({ authorization });
      }
      t.diagnostic(`accepted ${Math.round(performance.now() - since)} ms after the dead request`);
      assert.deepEqual([answer.status, answer.body], [200, { subject: client.client_id }]);
      assert.equal((await use({})).status, 401);
      assert.equal((await use({ authorization: `${authorization}x` })).body["error"], "invalid_token");
    });
  });
}

test("Workers: the recipe's Durable Object keeps a user's session in its own database", async (t) => {
  const server = await hostileServer();
  t.after(() => server.close());
  const recipe = join(import.meta.dirname, "../../examples/durable-object.ts");
  const project = await packedProject();
  await copyFile(recipe, join(project, "durable-object.ts"));
  await writeFile(join(project, "sessions.js"), SESSIONS);
  const origin = await startWorker(t, {
    source: await bundle("sessions.js"),
    compatibilityDate: "2026-11-01",
    vars: { TOKEN_ENDPOINT: server.tokenEndpoint, CLIENT_ID: "worker", API_URL: server.issuer },
    durableObject: "Session",
  });
  const use = async (user: string) => (await fetch(`${origin}/resource`, { headers: { user } })).status;
  assert.equal(await use("ada"), 401);
  await fetch(`${origin}/login`, {
    method: "POST",
    headers: { user: "ada" },
    body: JSON.stringify(server.login()),
  });
  assert.equal(await use("ada"), 200);
  assert.equal(await use("bob"), 401, "has a session of their own");
  server.expireAccessTokens();
  assert.deepEqual(await Promise.all(Array.from({ length: 5 }, () => use("ada"))), Array(5).fill(200));
  assert.deepEqual(
    server.refreshes.map(({ outcome }) => outcome),
    ["rotated"],
  );
});
