import type { DatabaseSync } from "node:sqlite";
import { HOUR } from "../activity.ts";
import type { ActivityStore } from "../activity.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The port's `activity`. Index: the primary key. */
export function activityStore(database: DatabaseSync, queue: WriteQueue): ActivityStore {
  const add = database.prepare(
    `INSERT INTO activity (hour, name, count)
     SELECT ?, value ->> 'name', value ->> 'count' FROM json_each(?) WHERE true
     ON CONFLICT (hour, name) DO UPDATE SET count = count + excluded.count`,
  );
  const list = database.prepare("SELECT hour, name, count FROM activity WHERE hour >= ? ORDER BY hour");
  return {
    add: (counts) =>
      queue.write(({ now }) => void add.run(Math.floor(now / HOUR) * HOUR, JSON.stringify(counts))),
    list: (since) =>
      queue.read(() => list.all(since) as unknown as Awaited<ReturnType<ActivityStore["list"]>>),
  };
}
