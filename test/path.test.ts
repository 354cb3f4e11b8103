import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { postgres, sqlite } from "./engines.ts";
import { Inspector } from "./inspector.ts";
import { refresh, successorIn } from "./token-request.ts";

/** docs/decisions/0050-the-path-of-a-refresh.md says why so many. */
const LIMITS = { sqlite: { files: 25, functions: 74 }, postgres: { files: 31, functions: 105 } };
/** With this in the environment the path is printed even though it is short enough. */
const SHOW = "SHOW_PATH";

const SOURCES = join(import.meta.dirname, "../packages/server/src");
/** The path is what each of so many refreshes enters; what a timer happens to run meanwhile is not in all. */
const REFRESHES = 3;

for (const [name, engine] of Object.entries({ sqlite, postgres })) {
  const limit = LIMITS[name as keyof typeof LIMITS];
  const title = `one refresh on ${name} enters at most ${limit.files} of our files and ${limit.functions} of our functions`;
  test(title, { timeout: 120_000 }, async (t) => {
    const { service } = await engine.prepare(t);
    const client = await service.createClient("--grant-type", "refresh_token");
    let [held = ""] = await service.issueGrants(client, "subject-1", 1);
    const server = await service.serve({ nodeFlags: ["--inspect=127.0.0.1:0"] });
    const refreshOnce = async () => {
      held = successorIn(await refresh(server.url, client, held));
    };

    const inspector = await Inspector.connect(server.output());
    t.after(() => inspector.close());
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    // The first one reads the client and makes what is made late.
    await refreshOnce();
    await refreshOnce();
    const paths: ReadonlySet<string>[] = [];
    for (let i = 0; i < REFRESHES; i++) {
      // Taking the counts sets them to zero.
      await inspector.takeCoverage();
      await refreshOnce();
      paths.push(enteredFunctions(await inspector.takeCoverage()));
    }
    const [first = [], ...others] = paths;
    const path = [...first].filter((entered) => others.every((other) => other.has(entered)));

    const files = Map.groupBy(path, (entered) => entered.split(" ")[0] ?? "");
    const report = `${files.size} files, ${path.length} functions\n${describe(files)}`;
    if (process.env[SHOW] !== undefined) t.diagnostic(report);
    assert.ok(files.has("grant-types/refresh-token.ts") && files.has(`store/${name}/rotate.ts`), report);
    assert.ok(files.size <= limit.files, report);
    assert.ok(path.length <= limit.functions, report);
  });
}

/** Functions of our sources that ran, as `file name:line`. Bodies of modules are not counted: they ran at the start. */
function enteredFunctions(coverage: readonly Profiler.ScriptCoverage[]): Set<string> {
  const entered = new Set<string>();
  for (const { url, functions } of coverage) {
    if (!url.startsWith("file:")) continue;
    const path = fileURLToPath(url);
    const file = relative(SOURCES, path);
    if (file.startsWith("..")) continue;
    // Types are stripped to blanks, so V8's offsets are those of the source.
    const source = readFileSync(path, "utf8");
    for (const { functionName, ranges } of functions) {
      const [range] = ranges;
      if (range === undefined || range.count === 0) continue;
      if (functionName === "" && range.startOffset === 0) continue;
      const line = source.slice(0, range.startOffset).split("\n").length;
      entered.add(`${file} ${functionName || "(anonymous)"}:${line}:${range.startOffset}`);
    }
  }
  return entered;
}

/** A line for each file, with its functions in the order of the source. */
function describe(files: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...files].map(([file, entered]) => {
    const names = entered.map((line) => line.slice(file.length + 1).replace(/:\d+$/, ""));
    return `${file}: ${names.join(", ")}`;
  });
  return lines.toSorted().join("\n");
}
