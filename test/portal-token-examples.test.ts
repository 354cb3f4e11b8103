// The examples of revocation, introspection and verification, run as the pages show them. Other languages share the form
// request of the examples that refresh.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needPhp, needPython, present } from "./need.ts";
import type { Program } from "./need.ts";
import { examplesAt } from "./portal-customer.ts";
import { Programs, TIMEOUT } from "./portal-programs.ts";
import { Service } from "./service.ts";
import type { NewClient } from "./service.ts";
import { refresh } from "./token-request.ts";

const [php, python, pyJwt] = await Promise.all([
  needPhp("curl"),
  needPython("requests"),
  needPython("jwt", "cryptography"),
]);
const node: Program = { path: process.execPath, missing: false };

/** The languages, and what each needs. */
const LANGUAGES = { curl: present("curl"), php, node, python };

/** The examples that verify, and the language and the program that run them. */
const VERIFIERS = [
  ["node", "node", node],
  ["jose", "node", node],
  ["python", "python", pyJwt],
] as const satisfies readonly (readonly [name: string, language: string, program: Program])[];

test("the examples run as the pages show them", { timeout: 3 * TIMEOUT }, async (t) => {
  const service = await Service.prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const [first = "", ...tokens] = await service.issueGrants(
    client,
    "subject-1",
    1 + Object.keys(LANGUAGES).length,
  );
  const { url } = await service.serve();

  for (const [language, program] of Object.entries(LANGUAGES)) {
    const token = tokens.pop() ?? "";
    const options = { skip: program.missing, timeout: TIMEOUT };
    await t.test(`introspection and revocation, in ${language}`, options, async () => {
      const programs = await Programs.prepare(language, program);
      const env = { CLIENT_ID: client.client_id, CLIENT_SECRET: client.client_secret, TOKEN: token };
      const send = async (page: string, name: string) => {
        const [code = ""] = await examplesAt(`${url}/docs/${page}`, "example", language);
        return JSON.parse(await programs.run(name, code, env)) as Record<string, unknown>;
      };
      const seen = await send("introspection", "introspect");
      assert.deepEqual([seen["active"], seen["client_id"]], [true, client.client_id]);
      assert.deepEqual(await send("revoking-tokens", "revoke"), {});
      assert.deepEqual(await send("introspection", "introspect"), { active: false });
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
  for (const [name, language, program] of VERIFIERS) {
    const options = { skip: program.missing, timeout: TIMEOUT };
    await t.test(`verification of an access token, with ${name}`, options, async () => {
      const programs = await Programs.prepare(language, program);
      const [code = ""] = await examplesAt(`${url}/docs/verifying-tokens`, "example", name);
      const verify = (token: string) => programs.run("verify", code, { ACCESS_TOKEN: token });
      const decoded = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
      assert.deepEqual(JSON.parse(await verify(valid)), decoded);
      for (const [why, token] of Object.entries(refused)) {
        await assert.rejects(verify(token), { code: 1 }, why);
      }
    });
  }
});
