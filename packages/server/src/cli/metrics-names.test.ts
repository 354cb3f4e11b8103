import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { needPrometheus } from "../../../../test/need.ts";
import { startService } from "../testing.ts";
import { collectProcessMetrics } from "./metrics-listener.ts";

const promtool = await needPrometheus("promtool");

let page: string;
before(async () => {
  const t = await startService();
  const { metrics } = t.deps;
  collectProcessMetrics(metrics.registry);
  const client = await t.client();
  await t.refresh(client, (await t.grant(client)).refreshToken);
  page = await metrics.registry.metrics();
  await t.close();
});

test("names follow Prometheus's rules: a suffix for its type alone, base units, no abbreviations", () => {
  const types = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => ({
    name,
    type,
  }));
  assert.ok(types.length > 20);
  for (const { name, type } of types) {
    assert.equal(name.endsWith("_total"), type === "counter", `${name} is a ${type}`);
    assert.match(page, new RegExp(`^# HELP ${name} \\S`, "m"), name);
    assert.match(name, /^[a-z]+(?:_[a-z0-9]+)*$/);
    assert.doesNotMatch(name, /_(?:count|sum|bucket)$|_(?:gauge|counter|histogram|summary)(?:_|$)/, name);
    assert.doesNotMatch(
      name,
      /_(?:ms|milliseconds|minutes|hours|kb|kilobytes|mb|megabytes|percent)(?:_|$)/,
      name,
    );
  }
});

test("the active handles, requests and resources are there by type", () => {
  for (const name of ["handles", "resources"])
    assert.match(page, new RegExp(`^nodejs_active_${name}\\{type=`, "m"));
});

test("promtool has no remark on them", { skip: promtool.missing }, () => {
  const { status, stdout, stderr } = spawnSync(promtool.path, ["check", "metrics"], {
    input: page,
    encoding: "utf8",
  });
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
});

test("the help of Regrant's own metrics is a sentence", () => {
  const helps = [...page.matchAll(/^# HELP (regrant_\S+) (.+)$/gm)];
  assert.ok(helps.length > 20);
  for (const [, name, help] of helps) assert.match(help ?? "", /^[A-Z].*[^.]\.$/, name);
});
