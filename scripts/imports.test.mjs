// Imports go down only: each room may import from its own row of `ROWS` and from those below.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..", "packages", "server", "src");

/** From the top down; a room may import from its own row and from those below. */
const ROWS = [
  ["cli", "test-kit"],
  [""],
  ["http"],
  ["admin", "admin-api", "endpoints", "openapi", "pages", "portal"],
  ["clients", "sender", "grant-types", "explanations", "issuers", "signals"],
  ["tokens", "keys", "identity", "passport", "revocations", "subscriptions"],
  ["outbound"],
  ["limits", "tracing"],
  ["store"],
  ["events"],
  ["client-settings"],
  ["config"],
  ["certificates"],
  ["errors"],
];

/** Files of the top folder that every room may import. */
const FREE = new Set([
  "deps.ts",
  "channels.ts",
  "log.ts",
  "activity.ts",
  "metrics.ts",
  "request-source.ts",
  "time-text.ts",
]);

/** The store's port and what the engines share stand beside their folders. */
const SHARED_BY_ENGINES = /^store\/[^/]+\.ts$/;

/** What tests share may import what all tests share, and from the folder of the tests of the whole. */
const TESTING = /(^|\/)testing\.ts$/;
const SHARED_BY_TESTS = /^testing(-browser)?\.ts$/;
const TESTS = normalize("../../../test/");

const room = (file) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");
const row = (file) => ROWS.findIndex((rooms) => rooms.includes(room(file)));

/** What a file imports; without `types`, only what is loaded with it. */
function importsOf(file, { types = true } = {}) {
  const source = readFileSync(join(SOURCES, file), "utf8");
  const statements = [...source.matchAll(/^\s*(?:import|export)\b( type\b)?[^;]*?\bfrom\s+"([^"]+)"/gms)];
  const specifiers = statements.filter(([, type]) => types || !type).map((match) => match[2]);
  return specifiers
    .map((specifier) => (specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier))
    .filter((target) => !(TESTING.test(file) && (target.startsWith(TESTS) || SHARED_BY_TESTS.test(target))));
}

const files = globSync("**/*.ts", { cwd: SOURCES }).filter(
  (file) => !/\.test\.ts$|^store\/contract/.test(file) && !SHARED_BY_TESTS.test(file),
);

test("every source file stands in a room that has a row", () => {
  assert.ok(files.length > 20);
  assert.deepEqual(
    files.filter((file) => row(file) === -1),
    [],
  );
});

test("no room imports from a room above it", () => {
  const upward = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.endsWith(".ts") && !FREE.has(target) && row(target) < row(file))
      // The types of deps.ts are what it is made of.
      .filter(() => !FREE.has(file))
      .map((target) => `${file} -> ${target}`),
  );
  assert.deepEqual(upward, []);
});

test("an engine imports only from the store's port, itself and what is for every room", () => {
  const engines = files.filter((file) => /^store\/[^/]+\//.test(file));
  assert.ok(engines.length > 0);
  const foreign = engines.flatMap((file) => {
    const own = file.split("/").slice(0, 2).join("/");
    return importsOf(file)
      .filter((target) => target.endsWith(".ts") && !target.startsWith(`${own}/`))
      .filter((target) => !SHARED_BY_ENGINES.test(target) && !FREE.has(target))
      .map((target) => `${file} -> ${target}`);
  });
  assert.deepEqual(foreign, []);
});

test("only open-store.ts names an engine", () => {
  const naming = files.filter(
    (file) => !file.startsWith("store/") && importsOf(file).some((target) => /^store\/[^/]+\//.test(target)),
  );
  assert.deepEqual(naming, ["open-store.ts"]);
});

test("the command line reaches the store through admin/, but for its port's types and its paging", () => {
  const allowed = new Set(["store/store.ts", "store/all-pages.ts"]);
  const reached = files
    .filter((file) => room(file) === "cli")
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith("store/") && !allowed.has(target))
        .map((target) => `${file} -> ${target}`),
    );
  assert.deepEqual(reached, []);
});

test("tokens/ does no input or output", () => {
  const outside = files
    .filter((file) => room(file) === "tokens")
    .flatMap((file) => importsOf(file).filter((target) => target.startsWith("node:")))
    .filter((target) => target !== "node:crypto");
  assert.deepEqual(outside, []);
});

test("what verifies tokens depends on jose and two entries of the client, and frameworks only as types", () => {
  const folder = join(import.meta.dirname, "..", "packages", "verify", "src");
  const foreign = globSync("*.ts", { cwd: folder })
    .filter((file) => !/\.test\.ts$|^testing\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), "utf8").replaceAll(/^import type [^;]*;/gms, "");
      return [...source.matchAll(/\bfrom\s+"([^"]+)"/g)].map(([, specifier]) => `${file} -> ${specifier}`);
    })
    .filter((line) => !/-> (\.\/|jose$|@regrant\/client\/(internal|metadata)$)/.test(line));
  assert.deepEqual(foreign, []);
});

test("the console's pages depend on the template alone", () => {
  const folder = join(import.meta.dirname, "..", "packages", "console", "src");
  const sources = globSync("**/*.ts", { cwd: folder }).filter((file) => !file.endsWith(".test.ts"));
  const foreign = sources.flatMap((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return [...source.matchAll(/\bfrom\s+"([^".][^"]*)"/g)].map(([, specifier]) => `${file} -> ${specifier}`);
  });
  assert.deepEqual(
    foreign.filter((line) => !line.endsWith("-> hono/html")),
    [],
  );
});

test("the commands of an API's users load nothing of the service", () => {
  const loaded = new Set(files.filter((file) => file.startsWith("cli/logins/")).concat("cli/main.ts"));
  const packages = new Set();
  // A set's iteration reaches what is added on the way.
  for (const file of loaded) {
    for (const target of importsOf(file, { types: false })) {
      if (target.endsWith(".ts")) loaded.add(target);
      else if (!target.startsWith("node:")) packages.add(target);
    }
  }
  assert.deepEqual(
    [...packages].filter((name) => name !== "commander" && !name.startsWith("@regrant/client")),
    [],
  );
  const rooms = new Set([...loaded].filter((file) => file !== "time-text.ts").map(room));
  assert.deepEqual(rooms, new Set(["cli", "config"]));
});

test("what an entry loads at once is understood by an older Node.js, which it refuses with a sentence", () => {
  for (const entry of ["index.ts", "test-kit/index.ts"]) {
    assert.match(readFileSync(join(SOURCES, entry), "utf8"), /^import "\.{1,2}\/node-version\.ts";$/m, entry);
    const loaded = new Set([entry]);
    for (const file of loaded) for (const target of importsOf(file, { types: false })) loaded.add(target);
    assert.deepEqual(
      [...loaded].filter((target) => !target.endsWith(".ts")),
      [],
      `${entry} imports a package or a module of Node.js`,
    );
  }
});

test("no circles, types included", () => {
  const folder = (path) => join(import.meta.dirname, "..", path);
  for (const root of [
    "packages/server/src",
    "packages/client/src",
    "packages/console/src",
    "packages/verify/src",
    "bench",
  ]) {
    assert.deepEqual(circlesOf(folder(root)), [], root);
  }
});

/** One circle for each file that closes one, as `a -> b -> a`. */
function circlesOf(root) {
  const state = new Map();
  const circles = [];
  const walk = (file, path) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const target of importsIn(root, file)) walk(target, [...path, file]);
    state.set(file, "done");
  };
  for (const file of globSync("**/*.ts", { cwd: root })) walk(file, []);
  return circles;
}

function importsIn(root, file) {
  const source = readFileSync(join(root, file), "utf8");
  return [...source.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s+"(\.[^"]+\.ts)"/gms)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier)))
    .filter((target) => !target.startsWith(".."));
}
