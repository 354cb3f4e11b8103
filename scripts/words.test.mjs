// The words that docs/glossary.md sets in `code` in its column "Avoid" stand in no identifier, file name or text.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..");

/** `TokenAnswer`, `token_answer` and "token answer" are one word: "token answer". */
const wordsOf = (text) =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join(" ")
    // The connection's, which the protocol calls so.
    .replaceAll("keep alive", "keepalive") ?? "";

const avoided = readFileSync(join(ROOT, "docs", "glossary.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .flatMap((line) => [...(line.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)])
  .map(([, word]) => wordsOf(word));

const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*/g;

/** The identifiers and texts of a source, each with its line; comments are left out. */
function termsOf(source) {
  let line = 1;
  let read = 0;
  return [...source.matchAll(TOKEN)].flatMap(({ 0: term, index }) => {
    line += source.slice(read, index).split("\n").length - 1;
    read = index;
    return term.startsWith("/") ? [] : [{ term, line }];
  });
}

function found(text) {
  const words = ` ${wordsOf(text)} `;
  return avoided.filter((word) => words.includes(` ${word} `));
}

const files = globSync("{packages/*/{src,bin},bench,test,scripts,examples}/**/*.{ts,mjs,js,sql}", {
  cwd: ROOT,
}).filter(
  // Migrations, and their test, rename what older databases hold.
  (file) =>
    !/node_modules|\/dist\/|\/migrations\/|before-standard-words|bench\/results|scripts\/words\.test\.mjs$/.test(
      file,
    ),
);

test("the glossary names words to avoid, and the lint reads them", () => {
  assert.ok(avoided.length > 20 && files.length > 300);
  assert.deepEqual(found("const tokenAnswer = 1"), ["token answer"]);
  assert.deepEqual(found("outcome: 'replayed_late'"), ["replayed", "replayed late"]);
});

test("no avoided word in a file's name", () => {
  const bad = files.flatMap((file) => found(basename(file)).map((word) => `${file}: ${word}`));
  assert.deepEqual(bad, []);
});

test("no avoided word in the identifiers and texts of a program", () => {
  const programs = files.filter((file) => !/\.test\.ts$|^test\//.test(file));
  const bad = programs.flatMap((file) =>
    termsOf(readFileSync(join(ROOT, file), "utf8")).flatMap(({ term, line }) =>
      found(term).map((word) => `${file}:${line}: ${word}: ${term.slice(0, 80)}`),
    ),
  );
  assert.deepEqual(bad, []);
});
