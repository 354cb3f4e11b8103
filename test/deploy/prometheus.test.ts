// The dashboard and the alerts of deploy/, against a real Prometheus that scrapes a real node with two workers.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { failureCauses } from "../../packages/server/src/errors/causes.ts";
import { EVENT_TYPES, isWarning } from "../../packages/server/src/events/event.ts";
import type { EventType } from "../../packages/server/src/events/event.ts";
import { TestServer } from "../../packages/server/src/store/contract/postgres-server.ts";
import { needPrometheus } from "../need.ts";
import { freePort } from "../ports.ts";
import { Prometheus } from "../prometheus.ts";
import { Service } from "../service.ts";
import type { NewClient } from "../service.ts";
import { post, refresh, successorIn } from "../token-request.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "deploy/prometheus");
const RULES = join(FOLDER, "rules.yml");

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: { uid: string };
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string }[];
}
const { panels, schemaVersion } = JSON.parse(read("deploy/grafana/regrant.json")) as {
  panels: Panel[];
  schemaVersion: number;
};

const prometheus = await needPrometheus("prometheus");
const promtool = await needPrometheus("promtool");

describe("promtool", { skip: promtool.missing }, () => {
  for (const args of [
    ["check", "rules", "--lint-fatal", "rules.yml"],
    ["check", "config", "--lint-fatal", "prometheus.yml"],
    ["test", "rules", "rules.test.yml"],
  ]) {
    test(`${args.join(" ")} succeeds`, async () => {
      await promisify(execFile)(promtool.path, args, { cwd: FOLDER });
    });
  }
});

test("each alert has a case in which it fires at one instant and not at another", () => {
  const cases = read("deploy/prometheus/rules.test.yml").split(/^ {2}- name: /m);
  const names = [...read("deploy/prometheus/rules.yml").matchAll(/- alert: (\w+)/g)].map(
    ([, name = ""]) => name,
  );
  assert.ok(names.length > 10);
  for (const name of names) {
    const isTried = cases.some((text) => {
      const [, ...instants] = text.split("eval_time:");
      const fires = instants.map((instant) => instant.includes(`alertname="${name}"`));
      return fires.includes(true) && fires.includes(false);
    });
    assert.ok(isTried, name);
  }
});

test("the dashboard's panels have ids of their own, take the chosen data source and do not overlap", () => {
  assert.ok(schemaVersion >= 39);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) => {
    assert.ok(x + w <= 24);
    return Array.from({ length: h * w }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
  });
  assert.equal(new Set(cells).size, cells.length);
  for (const { type, title, datasource } of panels)
    if (type !== "row") assert.equal(datasource?.uid, "${datasource}", title);
});

test("the dashboard's events that ask for attention are those that are logged as warnings", () => {
  const warnings = (Object.keys(EVENT_TYPES) as EventType[]).filter((type) => isWarning({ type }));
  const panel = panels.find(({ title }) => title === "In the last hour");
  const listed = /type=~"([^"]+)"/.exec(panel?.targets?.[0]?.expr ?? "")?.[1]?.split("|") ?? [];
  assert.deepEqual(listed.toSorted(), warnings.toSorted());
});

test("with a node of two workers", { skip: prometheus.missing, timeout: 300_000 }, async (t) => {
  const { scraped, page } = await scrapedNode(t);
  const alerts = await scraped.alerts();

  for (const { type, title, targets = [] } of panels) {
    if (type === "row") continue;
    await t.test(`the panel "${title}" shows something`, async () => {
      for (const { expr } of targets) {
        const query = expr
          .replaceAll("$__rate_interval", "10s")
          .replaceAll(/\$(?:job|instance|worker)\b/g, ".*");
        assert.doesNotMatch(query, /\$/);
        const series = await scraped.query(query);
        const text = `${query}: ${JSON.stringify(series)}`;
        assert.ok(
          series.some(({ value: [, value] }) => value !== "NaN"),
          text,
        );
      }
    });
  }

  await t.test("each metric of Regrant's is drawn or alerted on", () => {
    const used = JSON.stringify(panels) + read("deploy/prometheus/rules.yml");
    const names = [...page.matchAll(/^# TYPE (regrant_\w+)/gm)].map(([, name = ""]) => name);
    assert.ok(names.length > 20);
    const isUsed = (name: string) => new RegExp(`\\b${name}(?:_bucket|_sum)?\\b`).test(used);
    assert.deepEqual(
      names.filter((name) => !isUsed(name)),
      [],
    );
  });

  await t.test("all alerts can be evaluated, and only that of the reuse here fires", () => {
    assert.deepEqual(
      alerts.filter(({ health }) => health !== "ok"),
      [],
    );
    const firing = alerts.filter(({ state }) => state === "firing").map(({ name }) => name);
    assert.deepEqual(firing, ["RegrantReused"]);
  });

  await t.test("each cause of a failure has one alert", () => {
    const ofFailures = alerts.filter(({ query }) => query.includes("regrant_failures_total"));
    for (const cause of failureCauses()) {
      const matching = ofFailures.filter(({ query }) => matcherOf(query)(cause)).map(({ name }) => name);
      assert.equal(matching.length, 1, `${cause}: ${matching.join()}`);
    }
  });

  await t.test("each alert has a severity, a summary, what to do, and a row in the guide", () => {
    const guide = read("docs/operations.md").split("\n### When an alert fires\n")[1] ?? "";
    const listed = [...guide.matchAll(/^\| `(Regrant\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual(
      listed,
      alerts.map(({ name }) => name),
    );
    for (const { name, labels, annotations } of alerts) {
      assert.match(labels["severity"] ?? "", /^(?:critical|warning)$/, name);
      assert.match(annotations["summary"] ?? "", /\.$/, name);
      assert.match(annotations["description"] ?? "", /\.$/, name);
      assert.equal(annotations["runbook"], "docs/operations.md#when-an-alert-fires", name);
    }
  });
});

/** Whether the matcher of the label `cause` in a query matches a cause. */
function matcherOf(query: string): (cause: string) => boolean {
  const [, operator, value = ""] = /cause(=~|!~|=)"([^"]+)"/.exec(query) ?? [];
  const pattern = new RegExp(`^(?:${value})$`);
  return (cause) => pattern.test(cause) === (operator !== "!~");
}

/** A node on PostgreSQL that has had requests of all kinds, the Prometheus that scraped it meanwhile, and its page. */
async function scrapedNode(t: TestContext): Promise<{ scraped: Prometheus; page: string }> {
  const postgres = await TestServer.start();
  t.after(() => postgres.stop());
  const service = await Service.prepare(t, {
    REGRANT_DATABASE: await postgres.newDatabase("nothing"),
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
    REGRANT_SIGNING_ALGORITHM: "EdDSA",
    REGRANT_SWEEP_INTERVAL: "1",
    // A spent token is reuse after a second.
    REGRANT_RETRY_WINDOW: "1",
  });
  const metrics = `127.0.0.1:${await freePort()}`;
  const [{ url }, scraped] = await Promise.all([
    service.serve({ flags: ["--workers", "2", "--metrics", metrics] }),
    Prometheus.start(prometheus.path, metrics, RULES),
  ]);
  t.after(() => scraped.stop());
  const client = await service.createClient();
  const tokens = await service.issueGrants(client, "ada", 6);
  await scraped.until('up{job="regrant"} == 1');
  const isUsed =
    'count_over_time(up[1m]) > 6 and on () regrant_active_grants > 0 and on () ALERTS{alertname="RegrantReused"} and on () count(rate(nodejs_gc_duration_seconds_sum[10s])) > 0';
  await useUntil(scraped.until(isUsed), url, client, tokens);
  return { scraped, page: await (await fetch(`http://${metrics}/metrics`)).text() };
}

/** Sends requests of all kinds, over and over, until `enough`. */
async function useUntil(enough: Promise<void>, url: string, client: NewClient, tokens: readonly string[]) {
  const over = new AbortController();
  void enough.finally(() => over.abort()).catch(() => {});
  const [spent = "", revoked = "", ...held] = tokens;
  successorIn(await refresh(url, client, successorIn(await refresh(url, client, spent))));
  const { client_id, client_secret } = client;
  await post(`${url}/oauth/token`, { client_id, grant_type: "password", username: "ada", password: "wrong" });
  await fetch(`${url}/oauth/revoke`, {
    method: "POST",
    body: new URLSearchParams({ client_id, client_secret, token: revoked }),
  });
  while (!over.signal.aborted) {
    for (const [i, token] of held.entries()) held[i] = successorIn(await refresh(url, client, token));
    await refresh(url, client, spent);
    await refresh(url, { client_id, client_secret: "wrong" }, spent);
    await post(`${url}/oauth/introspect`, { client_id, client_secret, token: held[0] ?? "" });
    await fetch(`${url}/oauth/authorize`);
    await fetch(`${url}/.well-known/jwks.json`);
    await setTimeout(100);
  }
  await enough;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
