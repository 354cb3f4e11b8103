import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { needPhp } from "./need.ts";
import { jsonLines, Service } from "./service.ts";
import type { TokenResponse } from "./service.ts";

const SCRIPT = join(import.meta.dirname, "page/refresh.php");

interface Step {
  step: string;
  status: number;
  headers: Record<string, string>;
  text: string;
}

const php = await needPhp("curl");

test(
  "a PHP program that refreshes with cURL keeps its session until it revokes it",
  { skip: php.missing, timeout: 60_000 },
  async (t) => {
    const service = await Service.prepare(t);
    const { client_id, client_secret } = await service.createClient(
      "--grant-type",
      "password",
      "--grant-type",
      "refresh_token",
    );
    // Characters that a form must encode.
    const account = { username: "ada+müller@example.com", password: "p&ss=w%rd ä +" };
    await service.createAccount(account.username, account.password);
    const { url: origin } = await service.serve();

    const steps = new Map(
      (await runPhp({ origin, client: { client_id, client_secret }, account })).map((step) => [
        step.step,
        step,
      ]),
    );
    const answers = ["first", "refresh 1", "refresh 2", "refresh 3"].map((step) => tokensIn(steps.get(step)));
    for (const answer of answers) {
      assert.deepEqual(Object.keys(answer).slice(0, 4), [
        "token_type",
        "expires_in",
        "access_token",
        "refresh_token",
      ]);
      assert.equal(answer.token_type, "Bearer");
      assert.equal(answer.expires_in, 3600);
    }
    assert.equal(new Set(answers.map((answer) => answer.refresh_token)).size, 4);
    assert.equal(new Set(answers.map((answer) => answer.access_token)).size, 4);

    const retried = tokensIn(steps.get("retry"));
    assert.equal(retried.refresh_token, answers[3]?.refresh_token, "the retry gets the same successor");
    assert.equal(retried.access_token, answers[3]?.access_token, "and the same access token");

    const revoked = steps.get("revoke");
    assert.deepEqual([revoked?.status, revoked?.text], [200, "{}"]);
    const after = steps.get("after");
    assert.equal(after?.status, 400);
    const { error, error_reason } = JSON.parse(after.text) as Record<string, string>;
    assert.deepEqual([error, error_reason], ["invalid_grant", "revoked"]);
  },
);

/** The answer of a step that must have succeeded, and must not be kept by any cache (RFC 6749 §5.1). */
function tokensIn(step: Step | undefined): TokenResponse {
  assert.ok(step !== undefined);
  assert.equal(step.status, 200, `${step.step}: ${step.text}`);
  assert.equal(step.headers["cache-control"], "no-store");
  assert.match(step.headers["content-type"] ?? "", /^application\/json\b/);
  return JSON.parse(step.text) as TokenResponse;
}

async function runPhp(input: unknown): Promise<Step[]> {
  const child = spawn(php.path, [SCRIPT], { timeout: 40_000 });
  child.stdin.end(JSON.stringify(input));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  return jsonLines<Step>(stdout);
}
