// No regular expression of the packages takes more than linear time on any text: much of what they read comes from
// strangers. `scslre`, the analysis behind eslint-plugin-regexp, finds quantifiers that can trade characters with each
// other, that repeat themselves, and those that are tried again from every place of a text. It does not see into a
// repeated group of several alternatives; http/worst-input.test.ts tries the parsers themselves.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { parse, tokTypes } from "acorn";
import { analyse } from "scslre";

const ROOT = join(import.meta.dirname, "..");

const files = globSync("packages/*/{src,bin}/**/*.{ts,js}", { cwd: ROOT }).filter(
  (file) => !/\.test\.ts$|testing|\/contract\/|\/dist\//.test(file),
);

/** The regular expressions of a source, each with its line. */
function regexesOf(source) {
  const found = [];
  parse(source, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowHashBang: true,
    locations: true,
    onToken({ type, value, loc }) {
      if (type === tokTypes.regexp) found.push({ regex: value.value, line: loc.start.line });
    },
  });
  return found;
}

/** Why a regular expression is slow on some text; empty: it is linear. */
function faultsOf({ source, flags }) {
  const { reports } = analyse({ source, flags });
  return reports.map(({ type, exponential }) =>
    exponential ? "exponential" : type === "Move" ? "tried from every place" : "quadratic",
  );
}

function sourceOf(file) {
  const text = readFileSync(join(ROOT, file), "utf8");
  return file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
}

test("slow regular expressions are told from linear ones", () => {
  const found = (code) => regexesOf(code).map(({ regex }) => faultsOf(regex).join());
  const slow = String.raw`[/\s+$/, /^[ \0]+|[ \0]+$/g, /\s*;\s*q=/, /=+$/, /<.*>/, /^(a+)+$/, /^.*,.*,x/]`;
  assert.ok(found(slow).every((faults) => faults !== ""));
  assert.equal(found(slow).length, 7);
  const linear = String.raw`[/^basic +([A-Za-z0-9+/]+={0,2}) *$/i, /={1,2}$/, /\{(\w+)\}/g, /^\s+/, 4 / 2 / 1]`;
  assert.deepEqual(found(linear), ["", "", "", ""]);
});

test("no regular expression of the packages is slower than linear", () => {
  const slow = files.flatMap((file) =>
    regexesOf(sourceOf(file)).flatMap(({ regex, line }) =>
      faultsOf(regex).map((fault) => `${file}:${line}: ${regex}: ${fault}`),
    ),
  );
  assert.ok(files.length > 300);
  assert.deepEqual(slow, []);
});

test("regular expressions are written as literals, where this lint reads them", () => {
  assert.deepEqual(
    files.filter((file) => /\bRegExp\(/.test(sourceOf(file))),
    [],
  );
});
