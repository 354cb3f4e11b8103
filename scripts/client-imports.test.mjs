// What each part of the client may import: the core nothing but itself, `./web` no Node, adapters no working part of the core.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..", "packages", "client", "src");

/** Of the core, what an adapter may use: types, errors, records, timeouts, the algorithms of keys, and the locks that adapters share. */
const SHARED = [
  "api.ts",
  "types.ts",
  "errors.ts",
  "clock.ts",
  "lease-lock.ts",
  "lock.ts",
  "key-algorithms.ts",
  "record.ts",
  "stored-record.ts",
];
/** The contract of a store also tries it with a client. */
const TESTING = ["client.ts"];

const files = globSync("**/*.ts", { cwd: SOURCES }).filter((file) => !/\.test\.ts$|^simulation\//.test(file));
const room = (file) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");

/** Every specifier, dynamic imports included; relative ones as paths from the sources. */
function importsOf(file) {
  const source = readFileSync(join(SOURCES, file), "utf8");
  const specifiers = [...source.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);
  return specifiers.map((specifier) =>
    specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier,
  );
}

/** `file -> import` of all imports that may not be. */
function forbidden(of, mayImport) {
  const chosen = files.filter(of);
  assert.ok(chosen.length > 0, "no such file");
  return chosen.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(target, file))
      .map((target) => `${file} -> ${target}`),
  );
}

test("the core imports nothing but itself", () => {
  const outside = forbidden(
    (file) => room(file) === "",
    (target) => target.endsWith(".ts") && room(target) === "",
  );
  assert.deepEqual(outside, []);
});

test("an adapter imports itself and the core's words and errors; only ./node and ./testing import Node's modules", () => {
  const outside = forbidden(
    (file) => room(file) !== "",
    (target, file) =>
      target.endsWith(".ts")
        ? room(target) === room(file) ||
          SHARED.includes(target) ||
          (room(file) === "testing" && TESTING.includes(target))
        : target.startsWith("node:") && ["node", "testing"].includes(room(file)),
  );
  assert.deepEqual(outside, []);
});
