#!/usr/bin/env node
// The one plain-JavaScript file of the command: it must be readable by any Node, to say which Node is needed.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `regrant: needs Node.js 24 or newer, this is ${process.version}.\n` +
      "  In a checkout, run `npm run setup` once and start it as `npx regrant`, which finds the pinned Node.",
  );
  process.exit(2);
}
const packed = import.meta.filename.includes("node_modules");
await import(packed ? "../dist/cli/main.js" : "../src/cli/main.ts");
