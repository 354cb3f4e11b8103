import { join } from "node:path";
import type { TestContext } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { listen } from "./listen.ts";
import type { Program } from "./need.ts";

const FLAGS = [
  "--no-first-run",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with a profile of its own, closed after the test. */
export async function launch(t: TestContext, { path }: Program): Promise<Browser> {
  const running = await chromium.launch({
    executablePath: path,
    headless: true,
    args: FLAGS,
    timeout: 60_000,
  });
  t.after(() => running.close());
  return running;
}

/** A program of the page and all that it imports, the workspace's packages from their sources, as one script. */
export async function bundle(entry: string, format: "iife" | "esm" = "iife"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format,
    conditions: ["regrant-source"],
    external: ["node:*"],
    // For an entry outside of the repository.
    nodePaths: [join(import.meta.dirname, "../node_modules")],
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}

/** Serves an empty page that loads these scripts, by name, at an origin of its own. @returns the origin */
export async function servePage(t: TestContext, scripts: Readonly<Record<string, string>>): Promise<string> {
  const tags = Object.keys(scripts).map((name) => `<script src="/${name}"></script>`);
  return listen(t, (request, response) => {
    const script = scripts[(request.url ?? "").slice(1)];
    response.setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? `<!doctype html><title>Page</title>${tags.join("")}`);
  });
}
