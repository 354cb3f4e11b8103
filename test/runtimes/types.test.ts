import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { run } from "../consumer.ts";
import type { Output } from "../consumer.ts";
import { missingOnDemand, onDemandModules } from "./on-demand.ts";
import { link, packedEntries, packedProject } from "./project.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Its declarations name types of `node:http`: it needs `@types/node`. */
const OF_NODE = ["@regrant/client/testing"];

let project = "";

before(async () => {
  project = await packedProject();
  await link(project, "@types/node", "undici-types");
});

const COMPILERS = {
  TypeScript: { modules: join(ROOT, "node_modules/typescript"), skip: false },
  "TypeScript 5.0": { modules: join(onDemandModules, "typescript-old"), skip: missingOnDemand() },
};

const CASES = Object.entries(COMPILERS).flatMap(([name, compiler]) =>
  Object.entries({ bundler: "es2022", nodenext: "nodenext" }).flatMap(([resolution, module]) =>
    // The types of Node need a newer compiler.
    (name === "TypeScript" ? ["a page", "Node"] : ["a page"]).map((platform) => {
      return { name, ...compiler, resolution, module, platform };
    }),
  ),
);

for (const { name, modules, skip, resolution, module, platform } of CASES) {
  test(
    `${name}: a strict program for ${platform} compiles, with moduleResolution ${resolution}`,
    { skip },
    async () => {
      const isNode = platform === "Node";
      const used = (await packedEntries()).filter((entry) => isNode || !OF_NODE.includes(entry));
      const lines = used.map((entry, n) => `import * as m${n} from "${entry}";\nexport { m${n} };\n`);
      const file = join(project, `${module}-${isNode ? "node" : "page"}.ts`);
      await writeFile(file, lines.join(""));
      const types = isNode ? ["node"] : [];
      assert.equal(await compile(join(modules, "bin/tsc"), file, { module, resolution, types }), "");
    },
  );
}

interface Settings {
  module: string;
  resolution: string;
  types: readonly string[];
}

/** Checks declarations too. @returns what the compiler says */
async function compile(
  compiler: string,
  file: string,
  { module, resolution, types }: Settings,
): Promise<string> {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "dom"],
    module,
    moduleResolution: resolution,
    types,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const config = file.replace(/ts$/, "json");
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const { stdout } = await run(process.execPath, [compiler, "--project", config], project).catch(
    (error: unknown) => error as Output,
  );
  // Without what is said of other packages' declarations.
  const ofOthers = /^\S*node_modules\/(?!@regrant\/)/;
  return stdout
    .split("\n")
    .filter((line) => !ofOthers.test(line))
    .join("\n");
}
