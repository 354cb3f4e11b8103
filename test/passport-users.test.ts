import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword } from "../packages/server/src/identity/password-hash.ts";
import { inPasswordTurn } from "../packages/server/src/identity/password-queue.ts";
import { issuedVectors } from "../packages/server/src/passport/vectors/vectors.ts";
import { startService, tokensOf } from "../packages/server/src/testing.ts";
import { SIGN_IN_CLIENT, TestBrowser, TestRequest } from "../packages/server/src/testing-browser.ts";
import { Gate } from "./gate.ts";
import { postgresLaravel } from "./laravel.ts";

const ADA = { username: "ada@example.com", password: "secret" };

test("while Laravel's users cannot be read, a program and a person are told so, and nothing else waits", async (t) => {
  const laravel = await postgresLaravel();
  t.after(() => laravel.stop());
  await laravel.query("CREATE TABLE users (id bigint, email text PRIMARY KEY, password text)");
  await laravel.query(
    `INSERT INTO users VALUES (7, '${ADA.username}', '${await hashPassword(ADA.password)}')`,
  );
  const gate = await Gate.before(Number(new URL(laravel.url).port));
  t.after(() => gate.close());
  const url = new URL(laravel.url);
  url.port = String(gate.port);
  const service = await startService({
    passportKey: issuedVectors.app_key,
    passportDatabase: url.href,
    passportUsers: true,
  });
  const client = await service.client();
  const shop = await service.client({ ...SIGN_IN_CLIENT, firstParty: true });
  const ask = () => service.token({ grant_type: "password", ...client.credentials, ...ADA });
  const { accessToken } = tokensOf(await ask());
  assert.equal((await service.verified(accessToken)).claims.sub, "7");
  const [browser, request] = [new TestBrowser(service), new TestRequest(shop)];
  const page = await browser.open(request.path());

  gate.shut();
  const started = performance.now();
  const asked = Array.from({ length: 8 }, ask);
  const entered = browser.submit(page, ADA);
  await inPasswordTurn(async () => {});
  assert.ok(performance.now() - started < 4000, "a check of a secret does not wait the 5 s for Laravel");
  for (const { status, body, headers } of await Promise.all(asked)) {
    assert.deepEqual(
      [status, body["error"], headers.get("retry-after")],
      [503, "temporarily_unavailable", "1"],
    );
  }
  const shown = await entered;
  assert.ok(performance.now() - started < 6500);
  assert.deepEqual([shown.status, shown.headers.get("retry-after")], [503, "1"]);
  assert.match(shown.html, /We cannot check your password right now\. Your account is fine/);
  const causes = new Set(service.log.map(({ cause }) => cause).filter((cause) => cause !== undefined));
  assert.deepEqual(causes, new Set(["laravel_not_read"]));

  gate.open();
  request.codeOf(await browser.submit(shown, ADA));
  await laravel.query("ALTER TABLE users RENAME TO gone");
  const { status, body } = await ask();
  assert.deepEqual([status, body["error"]], [503, "temporarily_unavailable"]);

  gate.shut();
  const closing = performance.now();
  await service.close();
  assert.ok(performance.now() - closing < 4000, "it stops while Laravel's database hangs");
});
