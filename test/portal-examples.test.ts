// Every example of the documentation portal, run as the page shows it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { unescape } from "../packages/server/src/testing-browser.ts";
import { launch, servePage } from "./browser.ts";
import { needChromium, needPhp, needPython, present } from "./need.ts";
import type { Program } from "./need.ts";
import { Service } from "./service.ts";
import type { NewClient, TokenResponse } from "./service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Go compiles its library once. */
const TIMEOUT = 240_000;
const PACKAGES = join(import.meta.dirname, "../packages");

const [php, python, browser] = await Promise.all([needPhp("curl"), needPython(), needChromium()]);

/** How an example is run that is a program: the file that it is written to, and the command before the file. */
interface Run {
  language: string;
  file: string;
  program: Program;
  args?: readonly string[];
}

const node: Program = { path: process.execPath, missing: false };
const sh: Program = present("sh");
const RUNS: readonly Run[] = [
  { language: "curl", file: "refresh.sh", program: { ...present("curl"), path: sh.path } },
  { language: "php", file: "refresh.php", program: php },
  { language: "node", file: "refresh.mjs", program: node },
  { language: "python", file: "refresh.py", program: python },
  { language: "go", file: "refresh.go", program: present("go", "/usr/local/go/bin/go"), args: ["run"] },
  { language: "java", file: "Refresh.java", program: present("java") },
  { language: "csharp", file: "refresh.cs", program: present("dotnet"), args: ["run"] },
];

/** The instance that the examples are of, its client, and a refresh token for each run. */
interface Instance {
  origin: string;
  client: NewClient;
  tokens: string[];
}

test("each example refreshes as the page shows it", { timeout: 2 * TIMEOUT }, async (t) => {
  const service = await Service.prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const tokens = await service.issueGrants(client, "subject-1", RUNS.length + 3);
  const instance = { origin: (await service.serve()).url, client, tokens };

  for (const run of RUNS) {
    await t.test(`in ${run.language}`, { skip: run.program.missing, timeout: TIMEOUT }, async () => {
      await runProgram(instance, run);
    });
  }
  await t.test("with the reader's own client id in it", { skip: php.missing, timeout: TIMEOUT }, async () => {
    const run = { language: "php", file: "refresh.php", program: php };
    await runProgram(instance, run, { query: `?client_id=${client.client_id}`, env: { CLIENT_ID: "" } });
  });
  for (const language of ["jquery", "fetch"]) {
    const options = { skip: browser.missing, timeout: TIMEOUT };
    await t.test(`in a web page, with ${language}`, options, (t) => runInPage(t, instance, language));
  }
  const options = { skip: php.missing || python.missing, timeout: TIMEOUT };
  await t.test("and its strings hold any client id", options, () => printStrings(instance));
});

async function runProgram(
  { origin, client, tokens }: Instance,
  { language, file, program, args = [] }: Run,
  { query = "", env = {} }: { query?: string; env?: Record<string, string> } = {},
): Promise<void> {
  const folder = await programFolder();
  await writeFile(join(folder, file), await example(origin, language, query));
  const token = tokens.pop() ?? "";
  const own = {
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: client.client_secret,
    REFRESH_TOKEN: token,
    GOTOOLCHAIN: "local",
  };
  const { stdout } = await promisify(execFile)(program.path, [...args, file], {
    cwd: folder,
    timeout: TIMEOUT,
    env: { ...process.env, ...own, ...env },
  });
  assertRefreshed(stdout, token);
}

/** As in a program of the page's own, where the names are replaced. */
async function runInPage(t: TestContext, { origin, client, tokens }: Instance, language: string) {
  const jquery = createRequire(import.meta.url).resolve("jquery");
  const page = await (await launch(t, browser)).newPage();
  await page.goto(await servePage(t, { "jquery.js": await readFile(jquery, "utf8") }));
  const token = tokens.pop() ?? "";
  const content = (await example(origin, language))
    .replace("CLIENT_ID", client.client_id)
    .replace("CLIENT_SECRET", client.client_secret)
    .replace("REFRESH_TOKEN", token);
  const [printed] = await Promise.all([page.waitForEvent("console"), page.addScriptTag({ content })]);
  assertRefreshed(printed.text(), token);
}

/** Prints the client id of the examples in their languages. */
async function printStrings({ origin }: Instance): Promise<void> {
  const odd = `'"\\$(id)\`id\`$HOME{x}%s\\n\\u0041</script>`;
  const folder = temporaryFolder("example");
  const shown = await examples(origin, `?client_id=${encodeURIComponent(odd)}`);
  const literal = (language: string, before: string, end: string) => {
    const code = shown.get(language) ?? "";
    const from = code.indexOf(before) + before.length;
    return code.slice(from, code.indexOf(end, from));
  };
  const programs: readonly [program: Program, file: string, code: string][] = [
    [php, "odd.php", `<?php echo ${literal("php", "'client_id'     => ", ",\n")};`],
    [python, "odd.py", `print(${literal("python", '"client_id": ', ",\n")}, end="")`],
    [node, "odd.mjs", `process.stdout.write(${literal("fetch", "client_id: ", ",\n")})`],
    [sh, "odd.sh", `printf %s ${literal("curl", "refresh_token \\\n  --data-urlencode ", " \\\n")}`],
  ];
  for (const [program, file, code] of programs) {
    await writeFile(join(folder, file), code);
    const { stdout } = await promisify(execFile)(program.path, [file], { cwd: folder });
    assert.equal(stdout.replace(/^client_id=/, ""), odd, file);
  }
}

/** The text of an example, as a browser would copy it. */
async function example(origin: string, language: string, query = ""): Promise<string> {
  const code = (await examples(origin, query)).get(language);
  assert.ok(code !== undefined, language);
  return code;
}

async function examples(origin: string, query: string): Promise<Map<string, string>> {
  const response = await fetch(`${origin}/docs/refreshing-tokens${query}`);
  assert.equal(response.status, 200);
  const found = (await response.text()).matchAll(/<code data-language="(\w+)">([^<]*)<\/code>/g);
  return new Map([...found].map(([, language = "", code = ""]) => [language, unescape(code)]));
}

/** A folder in which the client is installed, as its sources. */
async function programFolder(): Promise<string> {
  const folder = temporaryFolder("example");
  const installed = join(folder, "node_modules/@regrant/client");
  await mkdir(dirname(installed), { recursive: true });
  await symlink(join(PACKAGES, "client"), installed, "dir");
  return folder;
}

function assertRefreshed(printed: string, token: string): void {
  const response = JSON.parse(printed) as TokenResponse;
  assert.deepEqual([response.token_type, response.expires_in], ["Bearer", 3600]);
  assert.match(response.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(response.refresh_token, /^rgr_/);
  assert.notEqual(response.refresh_token, token);
}
