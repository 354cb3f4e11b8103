import { z } from "zod";
import { MAX_HOURS } from "../admin/statistics.ts";
import { operation } from "./operation.ts";
import { INSTANT, wholeNumber } from "./schemas.ts";

const COUNTS = (of: string) => z.record(z.string(), z.int()).meta({ description: `How often, by ${of}.` });

const STATISTICS = z
  .looseObject({
    active_grants: z.looseObject({ count: z.int(), counted_at: INSTANT }).nullable().meta({
      description: "As the last whole sweep counted them; null: none has ended yet.",
    }),
    ending: z
      .array(
        z.looseObject({
          day: z.string().meta({ format: "date" }),
          count: z
            .int()
            .meta({ description: "Active grants whose absolute lifetime ends on this day, UTC." }),
          idle: z.int().meta({ description: "Those whose idle lifetime ends unless they are refreshed." }),
        }),
      )
      .meta({ description: "The next seven days, as the same sweep counted them." }),
    hours: z
      .array(
        z.looseObject({
          hour: INSTANT.meta({ description: "Its beginning." }),
          refreshes: COUNTS("outcome"),
          refusals: COUNTS("cause"),
          events: COUNTS("type"),
        }),
      )
      .meta({ description: "The oldest first; the last is the present hour." }),
    database_bytes: z.int(),
  })
  .meta({ id: "Statistics" });

/** What happened, from counters: the time it takes does not depend on how many grants there are. */
export const STATISTICS_OPERATIONS = [
  operation({
    name: "statistics.get",
    method: "GET",
    path: "/statistics",
    scope: "read",
    summary: "Read what the store holds, and what happened in the last hours",
    query: {
      hours: wholeNumber(1, MAX_HOURS, "How many hours, the present one included; by default 24.").optional(),
    },
    response: STATISTICS,
    call: (admin, { query }) => admin.statistics(query),
  }),
];
