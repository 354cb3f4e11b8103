#!/usr/bin/env node
// The command runs what @regrant/server exports as ./cli. Plain JavaScript: any Node must read it, to learn which is needed.
import module from "node:module";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `regrant: needs Node.js 24 or newer; this is ${process.version}.\n` +
      "  In a checkout, run `npm run setup` once and start it as `npx regrant`, which finds the pinned Node.",
  );
  process.exit(2);
}
if (!import.meta.filename.includes("node_modules")) {
  // A checkout runs from its sources: this is the condition that finds them, which only npm sets by itself (.npmrc).
  const fromSources = (context) => ({ ...context, conditions: [...context.conditions, "regrant-source"] });
  module.registerHooks({ resolve: (specifier, context, next) => next(specifier, fromSources(context)) });
  // Sources run by type stripping; keeping the result halves the time to start. The folder is the checkout's own.
  module.enableCompileCache(fileURLToPath(new URL("../../../node_modules/.cache/regrant", import.meta.url)));
}
await import("@regrant/server/cli");
