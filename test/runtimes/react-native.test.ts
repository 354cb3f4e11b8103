import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer, HostileServerOptions } from "@regrant/client/testing";
import { build, transform } from "esbuild";
import { missingOnDemand, onDemandModules } from "./on-demand.ts";
import { link, packedProject } from "./project.ts";
import { XMLHttpRequest } from "./react-native/xml-http-request.ts";
import type { Session } from "./react-native/session.ts";

/** Newer parts of the language that this Node has and React Native's engine, Hermes, does not. */
const NOT_IN_HERMES = `
  for (const [owner, ...names] of [
    [Symbol, "dispose", "asyncDispose"],
    [Promise, "withResolvers", "try"],
    [Array, "fromAsync"],
    [Object, "groupBy"],
    [Map, "groupBy"],
    [String.prototype, "isWellFormed", "toWellFormed"],
    [globalThis, "Iterator", "Atomics", "SharedArrayBuffer", "WebAssembly", "FinalizationRegistry"],
  ]) for (const name of names) Reflect.deleteProperty(owner, name);`;

/** How long a token may be unavailable, ms. */
const PATIENCE = 30_000;

let program = "";

before(async () => {
  const project = await packedProject();
  await link(project, "abort-controller", "event-target-shim", "whatwg-fetch");
  await cp(join(import.meta.dirname, "react-native"), join(project, "react-native"), { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [join(project, "react-native/session.ts")],
    bundle: true,
    format: "iife",
    conditions: ["react-native"],
    // React Native's own compiler translates classes and the like in the same way.
    target: "es2017",
    write: false,
    logLevel: "warning",
  });
  program = outputFiles[0]?.text ?? "";
});

/** A session in a context that has the language, and of the platform only what is listed here. */
async function open(
  t: TestContext,
  options: HostileServerOptions,
  store: "app" | "memory" = "app",
): Promise<[Session, HostileServer]> {
  const server = await hostileServer(options);
  t.after(() => server.close());
  const crypto = { getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto) };
  const platform = {
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    queueMicrotask,
    console,
    btoa,
    atob,
  };
  const performance = { now: () => globalThis.performance.now() };
  const context = createContext({ ...platform, performance, crypto, XMLHttpRequest });
  runInContext(NOT_IN_HERMES, context);
  runInContext(program, context);
  const { openSession } = context as typeof globalThis;
  return [openSession(server.tokenEndpoint, store), server];
}

/** Asks again until the answer is final. @returns a token, or another error's code */
async function whenAvailable(token: () => Promise<string>): Promise<string> {
  for (const since = performance.now(); performance.now() - since < PATIENCE; await delay(200)) {
    const answer = await token();
    if (answer !== "token_unavailable") return answer;
  }
  return "token_unavailable";
}

test("React Native: the compiler of its engine takes the program", { skip: missingOnDemand() }, async (t) => {
  const folder = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" }[process.platform as string];
  if (folder === undefined) return t.skip("hermes-compiler has nothing for this platform");
  // Its build for apps translates async functions, as React Native's own does.
  const { code } = await transform(program, {
    target: "es2016",
    supported: { "class-private-field": false },
  });
  const file = join(await packedProject(), "app.js");
  await writeFile(file, code);
  const compiler = join(onDemandModules, "hermes-compiler/hermesc", folder, "hermesc");
  await chmod(compiler, 0o755);
  const { stderr } = await promisify(execFile)(compiler, ["-emit-binary", "-out", `${file}.hbc`, file]);
  assert.doesNotMatch(stderr, /error/);
});

suite("React Native", { concurrency: true, timeout: 60_000 }, () => {
  for (const store of ["app", "memory"] as const)
    test(`React Native: a session is used and renewed, with the ${store}'s store`, async (t) => {
      const [session, server] = await open(t, { retryWindow: 30 }, store);
      await session.login();
      const first = await session.token();
      assert.match(first, /^access-/);
      assert.equal(await session.request(server.resource), 200);
      const second = await session.token({ mode: "force" });
      assert.match(second, /^access-/);
      assert.notEqual(second, first);
      server.expireAccessTokens();
      assert.equal(await session.request(server.resource, { method: "POST", body: "{}" }), 200);
      assert.equal(server.refreshes.length, 2);
      assert.equal(await session.token({ mode: "force", isCancelled: true }), "AbortError");
      assert.deepEqual(server.overlaps(), []);
    });

  for (const fault of ["drop_after", "hang", "half", "html"] as const) {
    test(`React Native: a lost answer costs nothing: ${fault}`, async (t) => {
      const [session, server] = await open(t, { retryWindow: 30, accessTtl: 2 });
      await session.login();
      server.script(fault);
      await delay(1100);
      assert.match(await whenAvailable(() => session.token()), /^access-/);
      assert.equal(server.families[0]?.active, true);
    });
  }

  test("React Native: a session that is over says so", async (t) => {
    const [session, server] = await open(t, {});
    await session.login();
    server.script("drop_after");
    // Without a retry window the server may still be processing the request, until the claim ends.
    assert.equal(await whenAvailable(() => session.token({ mode: "force" })), "session_ended");
  });
});
