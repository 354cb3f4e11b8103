// Lists of the code that README and ARCHITECTURE state, against the code.
import { createRegrant } from "@regrant/server";
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PATHS } from "../packages/server/src/endpoints/metadata.ts";

const ROOT = join(import.meta.dirname, "..");
const README = read("README.md");
const ARCHITECTURE = read("ARCHITECTURE.md");
const ISSUER = "https://auth.example.com";

let regrant: Awaited<ReturnType<typeof createRegrant>>;
let metadata: Record<string, unknown>;
before(async () => {
  regrant = await createRegrant({
    issuer: ISSUER,
    database: "sqlite::memory:",
    masterKey: Buffer.alloc(32, 7).toString("base64url"),
    registration: "open",
    logLevel: "silent",
  });
  const response = await regrant.fetch(new Request(ISSUER + PATHS.metadata));
  metadata = (await response.json()) as Record<string, unknown>;
});
after(() => regrant.close());

test("README lists each path of the service, and no other", () => {
  const listed = quoted(section(README, "### Endpoints")).filter((text) => text.startsWith("/"));
  assert.deepEqual(listed.toSorted(), [...Object.values(PATHS), "/healthz", "/readyz"].toSorted());
});

test("README lists each endpoint that the metadata name", () => {
  const listed = new Set(quoted(section(README, "### Endpoints")));
  const endpoints = Object.entries(metadata).filter(([name]) => /_(?:endpoint|uri)$/.test(name));
  assert.ok(endpoints.length > 7);
  for (const [name, url] of endpoints) assert.ok(listed.has(String(url).slice(ISSUER.length)), name);
});

test("no path that README lists is unknown to the service", async () => {
  for (const path of quoted(section(README, "### Endpoints"))) {
    const response = await regrant.fetch(new Request(ISSUER + path));
    // A known path refuses the method or shows a page, and is never unknown.
    assert.notEqual(response.status, 404, path);
  }
});

test("README lists the grant types and the authentication methods of the metadata", () => {
  const types = quoted(row(README, "Grant types"));
  const supported = metadata["grant_types_supported"] as string[];
  const short = supported.map((type) => type.split(":").at(-1) ?? type);
  assert.deepEqual(types.toSorted(), short.toSorted());
  const methods = metadata["token_endpoint_auth_methods_supported"] as string[];
  assert.deepEqual(quoted(row(README, "Client authentication")).toSorted(), methods.toSorted());
});

test("the embedding guide lists each operation of regrant.admin, and no other", () => {
  const table = section(read("docs/embedding.md"), "## Administration");
  for (const [member, operations] of Object.entries(regrant.admin)) {
    const [, ...listed] = quoted(row(table, `\`${member}\``));
    assert.deepEqual(listed.toSorted(), Object.keys(operations).toSorted(), member);
  }
});

test("the operations guide lists each metric, and no other", async () => {
  const names = [...(await regrant.metrics()).matchAll(/^# TYPE (regrant_\w+)/gm)].map(
    ([, name = ""]) => name,
  );
  assert.ok(names.length > 4);
  const table = section(read("docs/operations.md"), "## Monitoring");
  const listed = new Set([...table.matchAll(/`(regrant_\w+)/g)].map(([, name = ""]) => name));
  assert.deepEqual([...listed].toSorted(), names.toSorted());
});

for (const room of ["endpoints", "grant-types"]) {
  test(`ARCHITECTURE lists each file of ${room}/, and no other`, () => {
    const [, table = ""] = section(ARCHITECTURE, "## Endpoints and grant types").split(`| \`${room}/\``);
    const listed = quoted(table.split("\n\n")[0] ?? "").filter((text) => text.endsWith(".ts"));
    const files = globSync("*.ts", { cwd: join(ROOT, "packages/server/src", room) });
    assert.deepEqual(listed.toSorted(), files.filter((file) => !file.endsWith(".test.ts")).toSorted());
  });
}

test("ARCHITECTURE has a row for each room of the server", () => {
  const listed = new Set(quoted(ARCHITECTURE));
  const rooms = globSync("*/", { cwd: join(ROOT, "packages/server/src") });
  assert.ok(rooms.length > 10);
  assert.deepEqual(
    rooms.filter((room) => !listed.has(`${room.replace(/\/$/, "")}/`)),
    [],
  );
});

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** A section's text, from its heading to the next one. */
function section(page: string, heading: string): string {
  const [, text] = page.split(`\n${heading}\n`);
  assert.ok(text, heading);
  return text.split(/\n#+ /)[0] ?? "";
}

/** The line of a table whose first cell is this. */
function row(page: string, name: string): string {
  const line = page.split("\n").find((text) => text.startsWith(`| ${name} `));
  assert.ok(line, name);
  return line;
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, quote = ""]) => quote);
}
