// The examples of revocation, introspection and verification, run as the pages show them. Other languages share the form
// request of the examples that refresh.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { unescape } from "../packages/server/src/testing-browser.ts";
import { needPhp, needPython, present } from "./need.ts";
import type { Program } from "./need.ts";
import { Service } from "./service.ts";
import type { NewClient } from "./service.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { refresh } from "./token-request.ts";

const TIMEOUT = 120_000;
const ROOT = join(import.meta.dirname, "..");

const [php, python, pyJwt] = await Promise.all([
  needPhp("curl"),
  needPython("requests"),
  needPython("jwt", "cryptography"),
]);
const node: Program = { path: process.execPath, missing: false };
const curl: Program = { ...present("curl"), path: present("sh").path };

/** What runs the examples of a language, and the ending of its files. */
const RUNS = [
  ["curl", curl, "sh"],
  ["php", php, "php"],
  ["node", node, "mjs"],
  ["python", python, "py"],
] as const satisfies readonly (readonly [language: string, program: Program, ending: string])[];

const VERIFIERS = [
  ["node", node, "mjs"],
  ["jose", node, "mjs"],
  ["python", pyJwt, "py"],
] as const satisfies readonly (readonly [language: string, program: Program, ending: string])[];

test("the examples run as the pages show them", { timeout: 3 * TIMEOUT }, async (t) => {
  const service = await Service.prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const [first = "", ...tokens] = await service.issueGrants(client, "subject-1", 1 + RUNS.length);
  const { url } = await service.serve();

  for (const [at, [language, program, ending]] of RUNS.entries()) {
    const options = { skip: program.missing, timeout: TIMEOUT };
    await t.test(`introspection and revocation, in ${language}`, options, async () => {
      const env = {
        CLIENT_ID: client.client_id,
        CLIENT_SECRET: client.client_secret,
        TOKEN: tokens[at] ?? "",
      };
      const send = async (page: string) => {
        const code = await example(`${url}/docs/${page}`, language);
        const { stdout } = await run(program, `example.${ending}`, code, env);
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      const seen = await send("introspection");
      assert.deepEqual([seen["active"], seen["client_id"]], [true, client.client_id]);
      assert.deepEqual(await send("revoking-tokens"), {});
      assert.deepEqual(await send("introspection"), { active: false });
    });
  }

  const accessToken = async (owner: NewClient, refreshToken: string) =>
    (await refresh(url, owner, refreshToken)).body.access_token ?? "";
  const accessTokenWith = async (...flags: string[]) => {
    const other = await service.createClient("--grant-type", "refresh_token", ...flags);
    const [refreshToken = ""] = await service.issueGrants(other, "subject-1", 1);
    return accessToken(other, refreshToken);
  };
  const valid = await accessToken(client, first);
  const [header = "", claims = "", signature = ""] = valid.split(".");
  const refused = {
    "has another signature": [header, claims, signature.slice(1) + signature.slice(0, 1)].join("."),
    "is for another API": await accessTokenWith("--audience", "https://other.example/"),
    "has another type": await accessTokenWith("--profile", "passport"),
  };
  for (const [language, program, ending] of VERIFIERS) {
    const options = { skip: program.missing, timeout: TIMEOUT };
    await t.test(`verification of an access token, with ${language}`, options, async () => {
      const code = await example(`${url}/docs/verifying-tokens`, language);
      const verify = (token: string) => run(program, `verify.${ending}`, code, { ACCESS_TOKEN: token });
      const decoded = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
      assert.deepEqual(JSON.parse((await verify(valid)).stdout), decoded);
      for (const [why, token] of Object.entries(refused)) {
        await assert.rejects(verify(token), { code: 1 }, why);
      }
    });
  }
});

/** Runs a program in a folder in which the packages of the examples are installed. */
async function run(program: Program, file: string, code: string, env: Record<string, string>) {
  const folder = temporaryFolder("example");
  await mkdir(join(folder, "node_modules/@regrant"), { recursive: true });
  await symlink(join(ROOT, "packages/verify"), join(folder, "node_modules/@regrant/verify"), "dir");
  await symlink(join(ROOT, "node_modules/jose"), join(folder, "node_modules/jose"), "dir");
  await writeFile(join(folder, file), code);
  return promisify(execFile)(program.path, [file], {
    cwd: folder,
    timeout: TIMEOUT,
    env: { ...process.env, ...env },
  });
}

/** The text of an example, as a browser would copy it. */
async function example(url: string, language: string): Promise<string> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  const html = await response.text();
  const code = new RegExp(`<code data-language="${language}">([^<]*)</code>`).exec(html)?.[1];
  assert.ok(code !== undefined, language);
  return unescape(code);
}
