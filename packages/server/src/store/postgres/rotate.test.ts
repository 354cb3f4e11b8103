import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Client as Connection } from "pg";
import { ACTOR, within } from "../contract/bench.ts";
import { SECOND, presentedToken } from "../contract/fixtures.ts";
import { StoreBusyError } from "../store.ts";
import { TestServer, generationOf } from "../contract/postgres-server.ts";

const server = await TestServer.start();
after(() => server.stop());

const withGrants = server.withGrants.bind(server);

describe("a batch", () => {
  test("gives each member its own grant's answer, in whatever order rows are hit", async () => {
    await withGrants(60, async ({ store, grants, batches }) => {
      for (let generation = 0; generation < 5; generation += 1) {
        const shuffled = grants.toSorted(() => Math.random() - 0.5);
        const results = await Promise.all(
          shuffled.map((grant) => store.grants.rotate(presentedToken(grant, generation))),
        );
        for (const [i, result] of results.entries()) {
          assert.ok("grant" in result && result.outcome === "rotated");
          const { id, subject, secretHash, clientId } = result.grant;
          const asked = shuffled[i];
          assert.deepEqual(
            [id, subject, secretHash, clientId],
            [asked?.id, asked?.subject, asked?.secretHash, asked?.clientId],
          );
          assert.deepEqual(await store.grants.find(id), result.grant);
        }
      }
      assert.deepEqual(batches, [60, 60, 60, 60, 60]);
    });
  });

  test("takes up to 256 members, and what does not fit goes next", async () => {
    await withGrants(300, async ({ store, grants, batches }) => {
      await Promise.all(grants.map((grant) => store.grants.rotate(presentedToken(grant, 0))));
      assert.deepEqual(batches, [256, 44]);
    });
  });

  test("holds those that name their resource, and leaves out those that name another's", async () => {
    await withGrants(3, async ({ store, grants, other, batches }) => {
      const resource = `https://mcp.example/"it's",{NULL}`;
      await other.query("UPDATE grants SET resource = $1 WHERE id = $2", [resource, grants[0]?.id]);
      const named = [resource, null, resource];
      const presented = grants.map((grant, i) => ({ ...presentedToken(grant, 0), resource: named[i] }));
      const results = await Promise.all(presented.map((token) => store.grants.rotate(token)));
      assert.deepEqual(results.map(generationOf), ["rotated 1", "rotated 1", "resource_mismatch"]);
      assert.deepEqual(batches, [3]);
    });
  });

  test("holds those that prove the key that their grant is bound to, and leaves out those that do not", async () => {
    await withGrants(4, async ({ store, grants, other, batches }) => {
      const key = "jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
      for (const i of [0, 1]) {
        await other.query("UPDATE grants SET binding = $1 WHERE id = $2", [key, grants[i]?.id]);
      }
      const proven = [key, null, null, key];
      const presented = grants.map((grant, i) => ({
        ...presentedToken(grant, 0),
        binding: proven[i] ?? null,
      }));
      const results = await Promise.all(presented.map((token) => store.grants.rotate(token)));
      // The last is bound by it.
      const expected = ["rotated 1", "binding_mismatch", "rotated 1", "rotated 1"];
      assert.deepEqual(results.map(generationOf), expected);
      // The refusal then writes its event, and the last one its binding.
      assert.deepEqual(batches, [4, 1, 1]);
    });
  });

  test("holds those that name scopes of theirs, in any order, and leaves out those that name another", async () => {
    await withGrants(5, async ({ store, grants, other, batches }) => {
      await other.query("UPDATE grants SET scope = '' WHERE id = $1", [grants[4]?.id]);
      const named = [["write", "read"], ["read"], [], ["read", "admin"], ["read"]];
      const presented = grants.map((grant, i) => ({ ...presentedToken(grant, 0), scope: named[i] }));
      const results = await Promise.all(presented.map((token) => store.grants.rotate(token)));
      assert.deepEqual(results.map(generationOf), [
        "rotated 1",
        "rotated 1",
        "rotated 1",
        "scope_exceeded",
        "scope_exceeded",
      ]);
      assert.deepEqual(batches, [5]);
    });
  });

  test("holds a grant once: its other members are answered in turn", async () => {
    await withGrants(2, async ({ store, grants: [one, two], batches }) => {
      assert.ok(one && two);
      const members = [one, one, two, one, two].map((grant) => store.grants.rotate(presentedToken(grant, 0)));
      const results = await Promise.all(members);
      assert.deepEqual(results.map(generationOf), [
        "rotated 1",
        "retried 1",
        "rotated 1",
        "retried 1",
        "retried 1",
      ]);
      assert.deepEqual(
        batches.toSorted((a, b) => a - b),
        [1, 2, 2],
      );
    });
  });

  test("does not wait for a row that somebody else holds", async () => {
    await withGrants(3, async ({ store, grants: [held, ...free], other }) => {
      assert.ok(held);
      await other.query("BEGIN");
      await other.query("SELECT 1 FROM grants WHERE id = $1 FOR UPDATE", [held.id]);
      let isSettled = false;
      const waiting = store.grants.rotate(presentedToken(held, 0)).finally(() => (isSettled = true));
      for (let generation = 0; generation < 3; generation += 1) {
        const results = free.map((grant) => store.grants.rotate(presentedToken(grant, generation)));
        for (const result of await within(5 * SECOND, Promise.all(results))) {
          assert.equal(result.outcome, "rotated");
        }
      }
      assert.equal(isSettled, false);
      await other.query("COMMIT");
      assert.equal(generationOf(await within(5 * SECOND, waiting)), "rotated 1");
    });
  });

  test("that meets a deadlock is done member by member", async () => {
    await withGrants(5, async ({ store, grants, other }) => {
      await failOnce(other, "40P01");
      const results = await Promise.all(grants.map((grant) => store.grants.rotate(presentedToken(grant, 0))));
      assert.deepEqual(results.map(generationOf), Array<string>(5).fill("rotated 1"));
      assert.equal(await hasFailed(other), true);
    });
  });

  test("in which one row cannot be written rejects that member alone", async () => {
    await withGrants(5, async ({ store, grants, other }) => {
      await other.query(
        "ALTER TABLE grants ADD CONSTRAINT bad CHECK (id <> '" + grants[2]?.id + "' OR generation = 0)",
      );
      const results = await Promise.allSettled(
        grants.map((grant) => store.grants.rotate(presentedToken(grant, 0))),
      );
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"],
      );
    });
  });
});

describe("a row that is held past the deadline", () => {
  test("is answered as busy, and nothing is done later", async () => {
    await withGrants(
      1,
      async ({ store, grants: [grant], other }) => {
        assert.ok(grant);
        await other.query("BEGIN");
        await other.query("SELECT 1 FROM grants WHERE id = $1 FOR UPDATE", [grant.id]);
        const rotated = store.grants.rotate(presentedToken(grant, 0));
        const revoked = store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
        await assert.rejects(within(5 * SECOND, rotated), StoreBusyError);
        await assert.rejects(within(5 * SECOND, revoked), StoreBusyError);
        await other.query("ROLLBACK");
        assert.deepEqual(await store.grants.find(grant.id), grant);
        assert.equal((await store.grants.rotate(presentedToken(grant, 0))).outcome, "rotated");
      },
      { busyTimeout: 200 },
    );
  });
});

describe("the table of grants", () => {
  test("is updated in place: no row is added, and no index entry is written", async () => {
    await withGrants(200, async ({ store, grants, url, other }) => {
      for (let generation = 0; generation < 20; generation += 1) {
        for (let from = 0; from < grants.length; from += 25) {
          await Promise.all(
            grants
              .slice(from, from + 25)
              .map((grant) => store.grants.rotate(presentedToken(grant, generation))),
          );
        }
      }
      assert.deepEqual((await other.query("SELECT count(*)::int AS n FROM grants")).rows, [{ n: 200 }]);
      await store.close();
      const updates = await statistics(url, 4000);
      assert.ok(updates.hot / updates.all >= 0.95, JSON.stringify(updates));
    });
  });

  test("is never read as a whole, although it is small and was never analysed: a plan outlives that", async () => {
    await withGrants(20, async ({ store, grants, url }) => {
      await Promise.all(grants.map((grant) => store.grants.rotate(presentedToken(grant, 0))));
      await store.close();
      assert.equal((await statistics(url, 20)).scans, 0);
    });
  });
});

/** Of the table of grants: updates, those that wrote no index entry, and scans of the whole. */
interface Statistics {
  all: number;
  hot: number;
  scans: number;
}

/** What the server counted, once it tells of `least` updates: a session reports when it ends. */
async function statistics(url: string, least: number): Promise<Statistics> {
  for (;;) {
    const [row] = await server.query(
      url,
      `SELECT n_tup_upd AS all, n_tup_hot_upd AS hot, seq_scan AS scans
        FROM pg_stat_user_tables WHERE relname = 'grants'`,
    );
    const updates = row as unknown as Statistics | undefined;
    if (updates !== undefined && updates.all >= least) return updates;
    await pause(50);
  }
}

/** Makes the next statement that updates grants fail. */
async function failOnce(other: Connection, sqlstate: string): Promise<void> {
  await other.query(`
    CREATE SEQUENCE planned_failures;
    CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('planned_failures') = 1 THEN RAISE EXCEPTION 'failed once' USING ERRCODE = '${sqlstate}'; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER fail_once AFTER UPDATE ON grants FOR EACH STATEMENT EXECUTE FUNCTION fail_once()`);
}

/** Whether it did: the sequence goes on after the statement that failed. */
async function hasFailed(other: Connection): Promise<boolean> {
  const { rows } = await other.query<{ n: number }>("SELECT last_value AS n FROM planned_failures");
  return (rows[0]?.n ?? 0) > 1;
}
