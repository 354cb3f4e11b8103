import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { needPgbouncer } from "./need.ts";
import { PgBouncer } from "./pgbouncer.ts";
import { placeForServers, PostgresServer } from "./postgres-server.ts";
import { Service } from "./service.ts";
import { refresh, successorIn } from "./token-request.ts";

const pgbouncer = await needPgbouncer();

test(
  "a service behind PgBouncer, configured as the guide says, needs pooler=transaction, and is told so",
  { skip: pgbouncer.missing, timeout: 120_000 },
  async (t) => {
    const { folder, servers } = await placeForServers(t);
    const server = await PostgresServer.initialise(join(folder, "server"));
    servers.push(server);
    const pooler = await PgBouncer.start(pgbouncer.path, server.port);
    t.after(() => pooler.stop());
    const url = pooler.url("regrant");
    const environment = (database: string) => ({
      REGRANT_DATABASE: database,
      REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
    });

    const without = await Service.prepare(t, environment(url));
    await assert.rejects(without.run(["client", "list"]), (error: { stderr?: string }) => {
      const masked = url.replace(/:[^:@]*@/, ":***@");
      const hint =
        "add pooler=transaction to the URL, or connect to the server itself or to a pooler in session mode";
      assert.equal(
        error.stderr,
        `regrant: cannot use the database ${masked}: a pooler in transaction mode is in between\n  hint: ${hint}\n`,
      );
      return true;
    });
    assert.deepEqual(
      await server.query("SELECT to_regclass('regrant_schema') AS made"),
      [{ made: null }],
      "it has touched nothing",
    );

    const service = await Service.prepare(t, environment(`${url}?pooler=transaction`));
    const client = await service.createClient("--grant-type", "refresh_token");
    const [token = ""] = await service.issueGrants(client, "subject", 1);
    const running = await service.serve();
    assert.equal((await fetch(`${running.url}/readyz`)).status, 200);
    successorIn(await refresh(running.url, client, token));
  },
);
