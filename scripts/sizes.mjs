// What the client costs a page: each entry of @regrant/client, bundled, minified and compressed, against its limit.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const CLIENT = join(import.meta.dirname, "..", "packages", "client");

/** Bytes, minified and gzipped (docs/decisions/0021 and 0054). Entries that a page does not load have no limit. */
const LIMITS = { ".": 8.625 * 1024, "./web": 2 * 1024, "./node": 2.5 * 1024 };

const { exports } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
const core = sources(await bundle(exports["."]["regrant-source"], []));

let isTooLarge = false;
for (const [entry, { "regrant-source": source }] of Object.entries(exports)) {
  const { outputFiles } = await bundle(source, entry === "." ? [] : core);
  const minified = outputFiles[0].contents;
  const size = gzipSync(minified, { level: 9 }).length;
  const limit = LIMITS[entry];
  isTooLarge ||= size > limit;
  const verdict = limit === undefined ? "" : size > limit ? `above the limit of ${limit}` : `of ${limit}`;
  console.log(
    `${entry.padEnd(12)} ${String(size).padStart(6)} B gzip ${verdict.padEnd(24)} ${minified.length} B minified`,
  );
}
process.exitCode = isTooLarge ? 1 : 0;

/** What a page that has the core already loads besides is counted without it. */
function bundle(source, external) {
  return build({
    entryPoints: [join(CLIENT, source)],
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
