import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../test/temporary-folder.ts";

const ROOT = dirname(import.meta.dirname);

test("every program in the client's documentation compiles", { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder("snippets");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const files = globSync("docs/client/**/*.md", { cwd: ROOT }).flatMap((page) => {
    const blocks = readFileSync(join(ROOT, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
    return [...blocks].map(([, program = ""], index) => {
      const file = `${basename(page, ".md")}-${index + 1}.ts`;
      writeFileSync(join(folder, file), program);
      return file;
    });
  });
  assert.ok(files.length >= 3, files.join());
  const types = ["node"];
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { types, noUnusedLocals: false },
      files: [...files, join(import.meta.dirname, "platforms.d.ts")],
    }),
  );
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const compiled = promisify(execFile)(process.execPath, [compiler, "--project", folder]);
  const { stdout } = await compiled.catch((error: unknown) => error as { stdout: string });
  assert.equal(stdout, "");
});

/** Pages, or one section of a page, whose programs are parts of examples. */
const RUN: readonly [page: string, heading?: string][] = [
  ["docs/client/recipes.md"],
  ["docs/client/dpop.md", "The login"],
  ["docs/testing.md"],
  ["docs/embedding.md", "Your users"],
];

test("every program of these pages is part of an example, which a test runs", () => {
  const plain = (program: string) => program.replaceAll(/^ +/gm, "");
  const examples = globSync("*.ts", { cwd: import.meta.dirname }).map((file) =>
    plain(readFileSync(join(import.meta.dirname, file), "utf8")),
  );
  for (const [page, heading] of RUN) {
    const text = readFileSync(join(ROOT, page), "utf8");
    const sections = text.split(/^## /m).filter((section) => section.startsWith(heading ?? ""));
    const blocks = [...sections.join("").matchAll(/^```[tj]s\n(.*?)^```$/gms)];
    assert.ok(blocks.length > 0, page);
    for (const [, program = ""] of blocks) {
      assert.ok(
        examples.some((example) => example.includes(plain(program))),
        `${page}: no example has:\n${program}`,
      );
    }
  }
});
