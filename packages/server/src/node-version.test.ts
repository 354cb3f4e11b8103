import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

/** Imports an entry in a process whose Node.js says that it is of this version. */
async function imported(entry: string, version: string): Promise<string> {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });
    Object.defineProperty(process, "version", { value: "v${version}" });`;
  const program = `await import("${entry}").then(() => console.log("imported"), ({ message }) => console.log(message));`;
  const asModule = ["--input-type=module", "--eval", pretend + program];
  const { stdout } = await promisify(execFile)(process.execPath, asModule, { cwd: import.meta.dirname });
  return stdout.trim();
}

test("an older Node.js is told which one is needed, before anything is loaded that it lacks", async () => {
  for (const entry of ["@regrant/server", "@regrant/server/testing"]) {
    assert.equal(await imported(entry, "22.11.0"), "Regrant needs Node.js 24 or newer; this is v22.11.0.");
    assert.equal(await imported(entry, "24.0.0"), "imported");
  }
});
