import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { onPath } from "../../../../test/need.ts";
import { createMetrics } from "../metrics.ts";
import { collectProcessMetrics } from "./metrics-listener.ts";

let page: string;
before(async () => {
  const metrics = createMetrics();
  collectProcessMetrics(metrics.registry);
  metrics.observeRequest("token", "refresh_token", "rotated", 0.001);
  metrics.observeBatch(2, 0.001);
  metrics.observeSignature(0.001);
  metrics.countEvent("grant.created");
  page = await metrics.registry.metrics();
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

const [promtool] = onPath("promtool");

test(
  "promtool has nothing to say about them",
  { skip: promtool === undefined && "promtool is not installed (Debian: prometheus)" },
  () => {
    assert.ok(promtool);
    const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], {
      input: page,
      encoding: "utf8",
    });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  },
);
