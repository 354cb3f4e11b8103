import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ACTOR, within } from "../contract/bench.ts";
import { SECOND, newClient, presentedToken } from "../contract/fixtures.ts";
import { StoreBusyError } from "../store.ts";
import type { Grant } from "../store.ts";
import { openPostgresStore } from "./engine.ts";
import { TestServer, generationOf, terminate } from "../contract/postgres-server.ts";

const server = await TestServer.start();
after(() => server.stop());

const withGrants = server.withGrants.bind(server);

describe("a lost connection", () => {
  test("rejects what it was doing as busy; the retry finds the successor, or makes it", async () => {
    await withGrants(20, async ({ store, grants, other }) => {
      await other.query(`
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION slow()`);
      const rotate = (grant: Grant) => store.grants.rotate(presentedToken(grant, 0, { retryWindow: 300 }));
      const first = Promise.allSettled(grants.map(rotate));
      await pause(200);
      await terminate(other);
      for (const result of await within(10 * SECOND, first)) {
        assert.ok(result.status === "rejected" && result.reason instanceof StoreBusyError);
      }
      await other.query("DROP TRIGGER slow ON grants");
      const retried = await within(10 * SECOND, Promise.all(grants.map(rotate)));
      for (const result of retried) assert.ok("grant" in result && result.grant.generation === 1);
    });
  });

  test("within a transaction leaves no part of it, and the next one works", async () => {
    await withGrants(1, async ({ store, grants: [grant], other }) => {
      assert.ok(grant);
      await other.query("BEGIN");
      await other.query("SELECT 1 FROM grants WHERE id = $1 FOR UPDATE", [grant.id]);
      const revoked = store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
      revoked.catch(() => {});
      await pause(100);
      await terminate(other);
      await other.query("COMMIT");
      await assert.rejects(within(5 * SECOND, revoked), StoreBusyError);
      assert.equal((await store.grants.find(grant.id))?.revokedAt, null);
      assert.deepEqual(await store.events.list({ type: "grant.revoked" }, 10), []);
      assert.equal(await store.grants.revoke(grant.id, "revoked_by_operator", ACTOR), true);
    });
  });

  test("while nothing was asked is not noticed", async () => {
    await withGrants(1, async ({ store, grants: [grant], other }) => {
      assert.ok(grant);
      for (let generation = 0; generation < 3; generation += 1) {
        await terminate(other);
        await pause(100);
        const result = await store.grants.rotate(presentedToken(grant, generation));
        assert.equal(generationOf(result), `rotated ${generation + 1}`);
      }
    });
  });

  test("is made anew for those who watch, who are told what they missed", async () => {
    await withGrants(0, async ({ store, other, url }) => {
      const second = await openPostgresStore(url);
      for (let i = 0; i < 3; i += 1) {
        const told = Promise.withResolvers<void>();
        const stop = store.watch(told.resolve);
        await terminate(other);
        await pause(50);
        await second.clients.create(newClient(), ACTOR);
        await within(SECOND, told.promise);
        stop();
      }
      await second.close();
    });
  });
});
