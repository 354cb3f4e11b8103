import assert from "node:assert/strict";
import { test } from "node:test";
import { Activity } from "./activity.ts";
import type { ActivityCount, ActivityStore } from "./store/store.ts";

/** A store that keeps what it is given, or refuses it. */
function recorder() {
  const added: ActivityCount[][] = [];
  const state = { refuse: false };
  const activity: ActivityStore = {
    async add(counts) {
      if (state.refuse) throw new Error("no store");
      added.push([...counts]);
    },
    list: async () => [],
  };
  return { added, state, activity };
}

test("accepted refreshes, refusals and events are counted by fixed names, and nothing else is", async () => {
  const activity = new Activity();
  for (const outcome of ["rotated", "rotated", "retried", "no_such_outcome"]) {
    activity.countRequest("refresh_token", outcome);
  }
  activity.countRequest("refresh_token", "reused");
  activity.countRequest(undefined, "wrong_secret");
  activity.countRequest("password", "rotated");
  activity.countRequest("' OR 1=1", "' OR 1=1");
  activity.countEvent("grant.reused");
  activity.countEvent("grant.teleported");
  const store = recorder();
  await activity.flush(store);
  assert.deepEqual(store.added, [
    [
      { name: "refresh.rotated", count: 2 },
      { name: "refresh.retried", count: 1 },
      { name: "refusal.reused", count: 1 },
      { name: "refusal.wrong_secret", count: 1 },
      { name: "event.grant.reused", count: 1 },
    ],
  ]);
  await activity.flush(store);
  assert.equal(store.added.length, 1, "nothing happened since");
});

test("counts that could not be added are kept, with those that came meanwhile", async () => {
  const activity = new Activity();
  const store = recorder();
  store.state.refuse = true;
  activity.countRequest("refresh_token", "rotated");
  const refused = assert.rejects(activity.flush(store), /no store/);
  activity.countRequest("refresh_token", "rotated");
  await refused;
  store.state.refuse = false;
  await activity.flush(store);
  assert.deepEqual(store.added, [[{ name: "refresh.rotated", count: 2 }]]);
});
