import assert from "node:assert/strict";
import { cp, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../listen.ts";
import { installPacked } from "../packed.ts";
import { freePort } from "../ports.ts";
import { startProgram, stopProgram } from "../program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { missingOnDemand, onDemandModules } from "./on-demand.ts";

/** Lifetime of the tokens, s. */
const LIFETIME = 4;
/** How long the token endpoint takes, ms. */
const LATENCY = 1000;

const skip = missingOnDemand();

test(
  "Next: every token request of a page and of a route reaches the server",
  { skip, timeout: 120_000 },
  async (t) => {
    const { tokenEndpoint, issued } = await tokenServer(t);
    const origin = await startNext(t, tokenEndpoint);

    await t.test("a page that caches what it fetches gets a new token when it needs one", async () => {
      const seen: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const html = await (await fetch(origin)).text();
        seen.push(/access-\d+/.exec(html)?.[0] ?? html);
        await delay(LIFETIME * 1000 + 100);
      }
      assert.equal(new Set(seen).size, 3, seen.join());
      assert.equal(issued(), 3);
    });

    await t.test("a route hands the refresh in the background to `after`", async () => {
      const request = async () => {
        const since = performance.now();
        const response = await fetch(`${origin}/route`, { method: "POST" });
        const { accessToken } = (await response.json()) as { accessToken: string };
        return { accessToken, took: performance.now() - since };
      };
      const first = await request();
      const before = issued();
      await delay((LIFETIME * 1000) / 2 + 100);
      const due = await request();
      assert.equal(due.accessToken, first.accessToken);
      assert.ok(due.took < LATENCY, `${due.took} ms`);
      await delay(LATENCY + 300);
      assert.equal(issued(), before + 1);
      assert.notEqual((await request()).accessToken, first.accessToken);
    });
  },
);

/** A token endpoint that issues a new access token for each request. */
async function tokenServer(t: TestContext): Promise<{ tokenEndpoint: string; issued: () => number }> {
  let count = 0;
  const origin = await listen(t, (_request, response) => {
    count += 1;
    const body = JSON.stringify({
      access_token: `access-${count}`,
      token_type: "Bearer",
      expires_in: LIFETIME,
    });
    setTimeout(() => response.setHeader("content-type", "application/json").end(body), LATENCY);
  });
  return { tokenEndpoint: `${origin}/token`, issued: () => count };
}

/** Runs the program of `next/` with the packed client. @returns its origin */
async function startNext(t: TestContext, tokenEndpoint: string): Promise<string> {
  const folder = temporaryFolder("next");
  const modules = join(folder, "node_modules");
  await cp(join(import.meta.dirname, "next"), folder, { recursive: true });
  await installPacked(modules, ["client"]);
  for (const name of await readdir(onDemandModules))
    if (!name.startsWith(".")) await symlink(join(onDemandModules, name), join(modules, name), "junction");
  const port = await freePort();
  const next = join(modules, "next/dist/bin/next");
  const running = await startProgram(process.execPath, [next, "dev", "-H", "127.0.0.1", "-p", String(port)], {
    ready: /Ready in/,
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "", NEXT_TELEMETRY_DISABLED: "1", TOKEN_ENDPOINT: tokenEndpoint },
  });
  t.after(() => stopProgram(running));
  return `http://127.0.0.1:${port}`;
}
