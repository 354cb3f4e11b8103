// What the client costs a page: `createTokenClient`, and each entry besides, bundled, minified and compressed.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const CLIENT = join(import.meta.dirname, "..", "packages", "client");

/** Bytes, minified and gzipped (docs/decisions/0072, 0111). Entries that a page does not load have no limit. */
const LIMITS = {
  createTokenClient: 7.8 * 1024,
  "./fetch": 1.4 * 1024,
  "./background": 0.5 * 1024,
  "./expiry": 0.625 * 1024,
  "./dpop": 2.75 * 1024,
  "./web": 2.5 * 1024,
  "./node": 4 * 1024,
};

const { exports } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
const core = await bundle('export { createTokenClient } from "./src/index.ts"', []);
report("createTokenClient", core);
for (const [entry, { "regrant-source": source }] of Object.entries(exports)) {
  const contents = `export * from "${source}"`;
  report(entry, await bundle(contents, entry === "." ? [] : sources(core)));
}

function report(entry, { outputFiles }) {
  const minified = outputFiles[0].contents;
  const size = gzipSync(minified, { level: 9 }).length;
  const limit = LIMITS[entry];
  if (size > limit) process.exitCode = 1;
  const verdict = limit === undefined ? "" : size > limit ? `above the limit of ${limit}` : `of ${limit}`;
  console.log(
    `${entry.padEnd(18)} ${String(size).padStart(6)} B gzip ${verdict.padEnd(24)} ${minified.length} B minified`,
  );
}

/** What a page that has the core already loads besides is counted without it. */
function bundle(contents, external) {
  return build({
    stdin: { contents, resolveDir: CLIENT },
    absWorkingDir: CLIENT,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    write: false,
    metafile: true,
    plugins: [
      {
        name: "external",
        setup(build) {
          build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true }));
          build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
            external.includes(join(resolveDir, path)) ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
}

/** Absolute paths of the files in a bundle. */
function sources({ metafile }) {
  return Object.keys(metafile.inputs).map((file) => join(CLIENT, file));
}
