// The PHP program of the guide on the admin API, as it stands there, against a process.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { needPhp } from "../need.ts";
import { Service } from "../service.ts";

const GUIDE = join(import.meta.dirname, "../../docs/admin-api.md");
const php = await needPhp("curl");

test(
  "the PHP program of the guide creates a client and ends sessions",
  { skip: php.missing, timeout: 60_000 },
  async (t) => {
    const program = /```php\n([\s\S]*?)```/.exec(readFileSync(GUIDE, "utf8"))?.[1];
    assert.ok(program);
    const service = await Service.prepare(t, { REGRANT_ADMIN: "on" });
    const panel = await service.createClient(
      "--grant-type",
      "client_credentials",
      "--scope",
      "regrant:admin",
    );
    const shop = await service.createClient();
    const { url } = await service.serve();
    const issue = [
      "grant",
      "issue",
      "--client",
      shop.client_id,
      "--subject",
      "s/1",
      "--count",
      "2",
      "--json",
    ];
    await service.run([...issue, "--issuer", url]);
    const file = join(service.folder, "panel.php");
    await writeFile(file, program);
    const env = {
      ISSUER: url,
      CLIENT_ID: panel.client_id,
      CLIENT_SECRET: panel.client_secret,
      SUBJECT: "s/1",
    };
    const runProgram = async () =>
      (await promisify(execFile)(php.path, [file], { env })).stdout.trim().split("\n");
    const [created, ended, ...grants] = await runProgram();
    assert.match(created ?? "", /^[0-9a-f-]{36} \S+$/);
    assert.equal(ended, "2 sessions ended");
    assert.equal(grants.length, 2);
    assert.ok(grants.every((line) => line.endsWith(" revoked_by_operator")));
    const [again, none] = await runProgram();
    assert.deepEqual([again, none], [created, "0 sessions ended"]);
  },
);
