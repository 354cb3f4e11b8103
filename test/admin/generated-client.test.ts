// A client of the admin API that openapi-typescript generates: types of the document, checked and used against a process.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Service } from "../service.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Has a TypeScript that openapi-typescript can use. */
const TOOLS = join(import.meta.dirname, "generated-client/node_modules");
const run = promisify(execFile);

/** What a panel does: the compiler must know each member that it uses. */
const PANEL = `
import createClient from "openapi-fetch";
import type { paths } from "./admin-api.d.ts";

const [baseUrl = "", token = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });

const created = await api.POST("/clients", {
  params: { header: { "Idempotency-Key": "panel-1" } },
  body: { name: "Shop", grant_types: ["client_credentials"], scopes: ["orders"] },
});
if (created.data === undefined) throw new Error(created.error.title);
const client_id: string = created.data.client_id;
const secret: string | undefined = created.data.client_secret;
const again = await api.POST("/clients", {
  params: { header: { "Idempotency-Key": "panel-1" } },
  body: { name: "Shop", grant_types: ["client_credentials"], scopes: ["orders"] },
});
const path = { client_id };
const read = await api.GET("/clients/{client_id}", { params: { path } });
const tag = read.response.headers.get("etag") ?? "";
const header = { "If-Match": tag };
const changed = await api.PATCH("/clients/{client_id}", { params: { path, header }, body: { retry_window: 45 } });
const late = await api.PATCH("/clients/{client_id}", { params: { path, header }, body: { retry_window: 46 } });
const list = await api.GET("/clients", { params: { query: { search: "Shop", limit: 10 } } });
const names: string[] = list.data?.items.map(({ name }) => name) ?? [];
const revoked = await api.DELETE("/subjects/{subject}/grants", { params: { path: { subject: "s-1" } } });
const events = await api.GET("/events", { params: { query: { client_id, order: "oldest" } } });
// The other formats are text.
if (typeof events.data === "string") throw new Error("not JSON");
const wrong = await api.POST("/clients", { body: { name: "", scopes: [] } });
const violation = wrong.error?.violations?.[0];
// @ts-expect-error The document has no such member.
void (await api.POST("/clients", { body: { nmae: "Shop" } }));

console.log(
  JSON.stringify({
    hasSecret: secret !== undefined && secret === again.data?.client_secret,
    retryWindow: changed.data?.["retry_window"],
    late: [late.response.status, late.error?.status],
    names,
    revoked: revoked.data?.revoked,
    events: events.data?.items.map(({ type }) => type),
    violation: [wrong.response.status, violation?.pointer],
  }),
);
`;

test("a generated client is typed, and does what a panel needs", { timeout: 120_000 }, async (t) => {
  const service = await Service.prepare(t, { REGRANT_ADMIN: "on" });
  const { url } = await service.serve();
  const { access_token, expires_in } = JSON.parse(await service.run(["admin", "token", "--json"])) as {
    access_token: string;
    expires_in: number;
  };
  assert.equal(expires_in, 3600);
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  await symlink(join(ROOT, "node_modules"), file("node_modules"));
  const document = await fetch(`${url}/admin/v1/openapi.json`);
  await writeFile(file("admin-api.json"), await document.text());
  await writeFile(file("package.json"), '{ "type": "module" }');
  await writeFile(file("panel.ts"), PANEL);
  const tool = (path: string, ...args: string[]) =>
    run(process.execPath, [join(TOOLS, path), ...args], { cwd: folder });
  await tool("openapi-typescript/bin/cli.js", "admin-api.json", "-o", "admin-api.d.ts");
  const flags = ["--strict", "--noEmit", "--allowImportingTsExtensions", "--skipLibCheck", "--types", "node"];
  await tool("typescript/bin/tsc", ...flags, "--module", "nodenext", "--target", "es2024", "panel.ts").catch(
    (error: { stdout: string }) => assert.fail(error.stdout),
  );
  const { stdout } = await run(process.execPath, ["panel.ts", `${url}/admin/v1`, access_token], {
    cwd: folder,
  });
  assert.deepEqual(JSON.parse(stdout), {
    hasSecret: true,
    retryWindow: 45,
    late: [412, 412],
    names: ["Shop"],
    revoked: 0,
    events: ["client.created", "client.updated"],
    violation: [422, "/name"],
  });
});
