import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parseAccountName, loginsHome } from "./home.ts";

const folder = (env: Record<string, string>, platform: NodeJS.Platform = "linux") =>
  loginsHome({ env, platform }).folder;

test("logins are stored in REGRANT_HOME, else in the user's configuration directory", () => {
  const env = { HOME: "/home/ada", APPDATA: "/appdata" };
  assert.equal(folder(env), join("/home/ada", ".config", "regrant"));
  assert.equal(folder({ ...env, XDG_CONFIG_HOME: "/xdg" }), join("/xdg", "regrant"));
  assert.equal(folder({ ...env, XDG_CONFIG_HOME: "relative" }), join("/home/ada", ".config", "regrant"));
  assert.equal(folder(env, "win32"), join("/appdata", "regrant"));
  assert.equal(folder({ ...env, XDG_CONFIG_HOME: "/xdg", REGRANT_HOME: "here" }), resolve("here"));
});

test("a login's name is a valid file name on every system", () => {
  for (const name of ["default", "shop-2", "a.b_c", "0", "x".repeat(64)])
    assert.equal(parseAccountName(name), name);
  for (const name of ["", ".", "..", "-a", "a/b", "A", "a b", "é", "x".repeat(65), "a\n"]) {
    assert.throws(() => parseAccountName(name), /It must be 1 to 64 lowercase letters/, JSON.stringify(name));
  }
});
