import { html } from "hono/html";
import { chart } from "../chart.ts";
import type { Bar } from "../chart.ts";
import { instant } from "../html.ts";
import type { Html } from "../html.ts";
import { pathTo } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Grant, Listing, Statistics } from "../types.ts";
import { grantTable } from "./grants.ts";

/** Events of grants that may mean a copied token. */
const SUSPICIOUS = ["grant.reused", "grant.concurrent_use"];

/** What the service does, as the counters say, and the sessions that end this week. */
export function dashboardScreen(
  shell: Shell,
  statistics: Statistics,
  ending: Listing<Grant>,
  names: Readonly<Record<string, string>>,
): Screen {
  const { hours } = statistics;
  const bars = (counts: (hour: Statistics["hours"][number]) => Bar["counts"]): Bar[] =>
    hours.map((hour) => ({ at: hour.hour, counts: counts(hour) }));
  const week = { ending_within: "7" };
  const body = html`${totals(shell, statistics)}
    <div class="charts">
      ${chart({
        id: "refreshes",
        title: "Refreshes by outcome",
        unit: "Refreshes of the last three days, by hour",
        bars: bars(({ refreshes }) => refreshes),
      })}
      ${chart({
        id: "refusals",
        title: "Refusals by cause",
        unit: "Refused requests of the last three days, by hour",
        bars: bars(({ refusals }) => refusals),
      })}
      ${chart({
        id: "suspicious",
        title: "Reuse and concurrent use",
        unit: "Events of the last three days, by hour",
        bars: bars(({ events }) => events),
        series: SUSPICIOUS,
      })}
      ${chart({
        id: "ending",
        title: "Grants that end in the next seven days",
        unit: "Active grants, by day",
        bars: statistics.ending.map(({ day, count, idle }) => ({
          at: day,
          counts: { "at the latest": count, "unless refreshed": idle },
        })),
        series: ["at the latest", "unless refreshed"],
      })}
    </div>
    <h2>Sessions that end this week</h2>
    <p>Refreshing does not save them: their users sign in again, unless you extend them.</p>
    ${grantTable(shell, ending.items, names, "None.")}
    ${ending.next === null ? "" : html`<p><a href="${pathTo(shell, "/grants", week)}">All of them</a></p>`}`;
  return { title: "Dashboard", section: "dashboard", body };
}

function totals({ now }: Shell, { active_grants: active, ending, database_bytes }: Statistics): Html {
  const sum = ending.reduce((total, { count }) => total + count, 0);
  return html`<dl class="stats">
    <div>
      <dt>Active grants</dt>
      <dd>${active === null ? "not counted yet" : active.count.toLocaleString("en")}</dd>
      ${active === null ? "" : html`<dd class="small soft">${instant(active.counted_at, now)}</dd>`}
    </div>
    <div>
      <dt>Ending this week</dt>
      <dd>${sum.toLocaleString("en")}</dd>
    </div>
    <div>
      <dt>Database</dt>
      <dd>${(database_bytes / 1_048_576).toFixed(1)} MiB</dd>
    </div>
  </dl>`;
}
