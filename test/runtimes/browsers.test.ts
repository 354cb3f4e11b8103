import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { parse } from "acorn";
import type { AnyNode } from "acorn";
import { build } from "esbuild";
import { packedProject } from "./project.ts";

/** The oldest versions that docs/client/runtimes.md promises: of March 2022. */
const OLDEST = ["chrome100", "firefox97", "safari15.4"];

/** What a page may import. */
const ENTRIES = ["", "/fetch", "/background", "/expiry", "/grants", "/lock", "/metadata", "/web"];

/** Functions of the platform that came later, as they are called. */
const NEWER = [
  "AbortSignal.any AbortSignal.timeout Array.fromAsync Map.groupBy Object.groupBy Promise.try Promise.withResolvers",
  "Symbol.asyncDispose Symbol.dispose URL.canParse URL.parse ReadableStream.from Response.json",
]
  .join(" ")
  .split(" ");
const NEWER_METHODS =
  /^(findLast|findLastIndex|toSorted|toReversed|toSpliced|isWellFormed|toWellFormed|union|intersection|difference|getSetCookie|bytes|transfer)$/;

let project = "";

before(async () => {
  project = await packedProject();
  const lines = ENTRIES.map((entry, n) => `export * as m${n} from "@regrant/client${entry}";\n`);
  await writeFile(join(project, "page.js"), lines.join(""));
});

/** All that a page may use, as one script. */
async function bundle(target: string | string[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(project, "page.js")],
    bundle: true,
    format: "esm",
    platform: "browser",
    target,
    // Those that we use are of 2018; esbuild knows only the newest scripts' support.
    supported: { "regexp-unicode-property-escapes": true },
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}

test("Browsers: a bundler needs nothing of Node, and leaves no import", async () => {
  assert.doesNotMatch(await bundle("esnext"), /^import|\bimport\(|\brequire\(|node:/m);
});

test(`Browsers: the syntax is that of ${OLDEST.join(", ")}`, async () => {
  // A compiler for these versions has nothing to translate.
  assert.equal(await bundle(OLDEST), await bundle("esnext"));
});

test(`Browsers: no function is newer than ${OLDEST.join(", ")}`, async () => {
  const found: string[] = [];
  visit(parse(await bundle("esnext"), { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    if (node.type === "ForOfStatement" && node.await) found.push("for await");
    if (node.type !== "MemberExpression" || node.property.type !== "Identifier" || node.computed) return;
    const { name } = node.property;
    const owner = node.object.type === "Identifier" ? node.object.name : "";
    if (NEWER.includes(`${owner}.${name}`) || NEWER_METHODS.test(name)) found.push(`${owner}.${name}`);
  });
  assert.deepEqual(found, []);
});

/** Calls back with each node of a syntax tree. */
function visit(node: unknown, see: (node: AnyNode) => void): void {
  if (typeof node !== "object" || node === null) return;
  if ("type" in node) see(node as AnyNode);
  for (const child of Object.values(node)) visit(child, see);
}
