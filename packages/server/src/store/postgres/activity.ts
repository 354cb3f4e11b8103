import { HOUR } from "../activity.ts";
import type { ActivityStore } from "../activity.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";

/** In the order of the names, so that two processes do not deadlock. */
const ADD: Statement = {
  name: "activity_add",
  text: `INSERT INTO activity (hour, name, count)
    SELECT ${clock(1)} / ${HOUR} * ${HOUR}, name, count
      FROM unnest($2::text[], $3::bigint[]) AS added (name, count) ORDER BY name
    ON CONFLICT (hour, name) DO UPDATE SET count = activity.count + excluded.count`,
};
const LIST: Statement = {
  name: "activity_list",
  text: "SELECT hour, name, count FROM activity WHERE hour >= $1 ORDER BY hour",
};

/** The port's `activity`. Index: the primary key. */
export function activityStore(database: Database): ActivityStore {
  return {
    async add(counts) {
      const [names, numbers] = [counts.map(({ name }) => name), counts.map(({ count }) => count)];
      await database.read((query) => query(ADD, [database.injectedNow, names, numbers]));
    },
    list: (since) =>
      database.read((query) => query(LIST, [since])) as unknown as ReturnType<ActivityStore["list"]>,
  };
}
