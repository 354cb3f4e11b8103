import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, test } from "node:test";
import { readPassportKey } from "../config/passport.ts";
import { keysOfPassword, SALT_BYTES, seal } from "../passport/defuse.ts";
import { clientRows, passportTables, sessionRows } from "../passport/import/testing.ts";
import { writePayload } from "../passport/payload.ts";
import type { PassportPayload } from "../passport/payload.ts";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import type { IssuedStack } from "../passport/vectors/vectors.ts";
import { CommandLine } from "./testing.ts";

const STACK = issuedVectors.stacks.find(({ stack }) => stack === "passport-10.4.2") as IssuedStack;
const KEY = { REGRANT_PASSPORT_KEY: issuedVectors.app_key };
const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;

const cli = new CommandLine();
const [imported, lapsed, unknown] = [session(NOW + 300 * DAY), session(NOW - DAY), session(NOW + 300 * DAY)];

function session(expiresAt: number): PassportPayload {
  const [tokenId, accessTokenId] = [randomBytes(40).toString("hex"), randomBytes(40).toString("hex")];
  return { clientId: "2", tokenId, accessTokenId, scopes: [], subject: "7", expiresAt, own: null };
}

/** As Passport encrypts it. */
async function held(payload: PassportPayload): Promise<string> {
  const { password } = readPassportKey(issuedVectors.app_key) ?? {};
  assert.ok(password);
  const salt = randomBytes(SALT_BYTES);
  return seal(writePayload(payload), salt, await keysOfPassword(password, salt));
}

const explain = (token: string, env: Record<string, string>) =>
  cli.run(["grant", "explain", "-"], { input: `${token}\n`, env });

before(async () => {
  const file = join(cli.folder, "laravel.sqlite");
  const laravel = new DatabaseSync(file);
  for (const sql of [...passportTables("sqlite", 10), ...clientRows(STACK, 10)]) laravel.exec(sql);
  // Of the row of the second one, the end is not told: the token itself says it.
  const rows = [imported, { ...lapsed, expiresAt: NOW + 300 * DAY }];
  for (const sql of sessionRows(rows)) laravel.exec(sql);
  const { code, stderr } = await cli.run(["import", "passport", "--from", `sqlite:${file}`], { env: KEY });
  assert.equal(code, 0, stderr);
});

test("a token of Passport's is explained by the grant of its session", async () => {
  const { code, stdout, stderr } = await explain(await held(imported), KEY);
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /The token is generation 0, the newest\. Presented now, it would be accepted\s+and\s+answered\s+with\s+its\s+successor/,
  );
});

test("one whose own time is over says so", async () => {
  const { stdout } = await explain(await held(lapsed), KEY);
  assert.match(stdout, /expired\):\s+the\s+lifetime\s+that\s+Passport\s+gave\s+it\s+is\s+over/);
});

test("one that no import knew says what it would meet, by the settings", async () => {
  const token = await held(unknown);
  const refused = await explain(token, KEY);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /its session has not been imported\n {2}hint: presented now, it is refused/);
  const trusted = await explain(token, { ...KEY, REGRANT_PASSPORT_UNKNOWN_TOKENS: "trust" });
  assert.match(trusted.stderr, /hint: presented now, it is accepted/);
});

test("without the key, with a changed token, and as an argument, it is said what is wrong; the token is not repeated", async () => {
  const token = await held(imported);
  const changed = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
  const faults = [
    [await explain(token, {}), /REGRANT_PASSPORT_KEY opens it/],
    [await explain(changed, KEY), /not a refresh token that Laravel Passport issued under this key/],
    [await cli.run(["grant", "explain", token], { env: KEY }), /do not pass a refresh token as an argument/],
  ] as const;
  for (const [{ code, stdout, stderr }, said] of faults) {
    assert.notEqual(code, 0);
    assert.match(stderr, said);
    assert.ok(!`${stdout}${stderr}`.includes(token.slice(0, 40)));
  }
});
