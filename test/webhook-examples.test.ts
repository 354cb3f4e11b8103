import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { Webhook } from "standardwebhooks";
import { newWebhookSecret } from "../packages/server/src/subscriptions/webhook-secrets.ts";
import { needPhp } from "./need.ts";
import { freePort } from "./ports.ts";
import { until } from "./postgres-server.ts";
import { endWithProcess, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..");
const GUIDE = readFileSync(join(ROOT, "docs/webhooks.md"), "utf8");
const php = await needPhp();

/** The example of the guide in one language. */
function example(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(GUIDE) ?? [];
  assert.ok(code !== undefined, language);
  return code;
}

/** Starts a receiver, and posts to it what is signed, signed twice, and not well signed. */
async function proveReceiver(
  t: TestContext,
  file: string,
  command: (port: number) => string[],
): Promise<void> {
  const folder = temporaryFolder();
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, file), example(file.endsWith("php") ? "php" : "js"));
  const [port, { value: secret }] = [await freePort(), newWebhookSecret()];
  const [program = "", ...args] = command(port);
  const env = { ...process.env, NODE_OPTIONS: "", WEBHOOK_SECRET: secret, PORT: String(port) };
  const child = spawn(program, args, { cwd: folder, env, stdio: "ignore" });
  endWithProcess(child);
  t.after(async () => {
    await stopProgram(child, "SIGKILL");
    await rm(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}/hook.php`;
  await until(async () => (await fetch(url, { method: "POST" }).catch(() => undefined)) !== undefined);

  const data = { event_id: 7, subject: "customer-7", reason: "revoked_by_operator" };
  const body = JSON.stringify({ type: "grant.revoked", timestamp: new Date().toISOString(), data });
  const sign = (with_: string, at = new Date()) => new Webhook(with_).sign("msg_7", at, body);
  const post = async (signature: string, sent = body, at = new Date()) => {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const headers = { "webhook-id": "msg_7", "webhook-timestamp": timestamp, "webhook-signature": signature };
    const response = await fetch(url, { method: "POST", body: sent, headers });
    await response.body?.cancel();
    return response.status;
  };
  const old = new Date(Date.now() - 3_600_000);
  const foreign = newWebhookSecret().value;
  assert.equal(await post(sign(secret)), 204);
  assert.equal(await post(`${sign(foreign)} ${sign(secret)}`), 204, "the secret is rotated");
  assert.equal(await post(sign(foreign)), 401);
  assert.equal(await post(sign(secret), `${body} `), 401);
  assert.equal(await post(sign(secret, old), body, old), 401, "an old message");
  assert.equal(await post(""), 401);
}

test("the guide's receiver in Node.js accepts what is signed, and nothing else", { timeout: 60_000 }, (t) =>
  proveReceiver(t, "hook.mjs", () => [process.execPath, "hook.mjs"]),
);

test(
  "the guide's receiver in PHP accepts what is signed, and nothing else",
  { skip: php.missing, timeout: 60_000 },
  (t) => proveReceiver(t, "hook.php", (port) => [php.path, "-S", `127.0.0.1:${port}`]),
);
