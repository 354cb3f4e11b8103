import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../packages/server/src/config/resolve-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { CHART, one, podOf, python, render, run, skip, valuesOf } from "./helm-chart.ts";
import type { Container } from "./helm-chart.ts";
import { parseYaml } from "./yaml.ts";

const SETS = ["minimal", "full"] as const;

for (const set of SETS) {
  test(`helm lint finds no fault with the ${set} values`, { skip }, async () => {
    await run("lint", "--strict", ...valuesOf(set), CHART);
  });

  test(`the pod of the ${set} values is one of the restricted Pod Security Standard`, { skip }, async () => {
    const { pod, container } = podOf(await render(set));
    assert.deepEqual(pod.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      fsGroup: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(pod.containers.length, 1);
    assert.equal(pod.hostNetwork, undefined);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.enableServiceLinks, false);
    const kinds = ["configMap", "projected"];
    for (const volume of pod.volumes)
      assert.ok(
        kinds.some((kind) => kind in volume),
        JSON.stringify(volume),
      );
  });

  test(`the service accepts the configuration that the ${set} values make`, { skip }, async () => {
    const manifests = await render(set);
    const { container } = podOf(manifests);
    const config = await configOf(container, one(manifests, "ConfigMap").data["regrant.config.json"] ?? "");
    assert.equal(config.port, 8787);
    const grace = podOf(manifests).pod.terminationGracePeriodSeconds;
    assert.ok(grace >= config.shutdownDelay + config.shutdownTimeout + 5);
    assert.equal(config.host, set === "full" ? "::" : "0.0.0.0");
    assert.deepEqual(config.metrics, set === "full" ? { host: "::", port: 9464 } : null);
    assert.match(config.database, /^postgres:/);
  });

  test(`no manifest of the ${set} values holds a secret`, { skip }, async () => {
    const manifests = await render(set);
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === "Secret"),
      [],
    );
    for (const { name, value } of podOf(manifests).container.env) {
      if (/KEY|SECRET|PASSWORD|DATABASE/.test(name))
        assert.match(value ?? "/run/secrets/", /^\/run\/secrets\//, name);
    }
  });
}

/** A value that each secret setting accepts. */
const KEY = Buffer.alloc(32, 7).toString("base64url");
const SECRETS: Readonly<Record<string, string>> = {
  masterKey: KEY,
  previousMasterKeys: Buffer.alloc(32, 8).toString("base64url"),
  database: "postgres://regrant:secret@db/regrant",
  passportDatabase: "postgres://laravel:secret@db/laravel",
  passportKey: "base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
};

/** Reads the configuration as the container would, from copies of its files. */
async function configOf({ args, env }: Container, file: string) {
  const folder = temporaryFolder("chart");
  await writeFile(join(folder, "regrant.config.json"), file);
  for (const [name, value] of Object.entries(SECRETS)) await writeFile(join(folder, name), value);
  const moved = env.map(({ name, value }) => [
    name,
    value?.replace(/^\/(etc|run\/secrets)\/regrant/, folder),
  ]);
  const [command, ...flags] = args.map((arg) => arg.split(/^--|=/));
  assert.deepEqual(command, ["serve"]);
  const given = Object.fromEntries(flags.map(([, name = "", value]) => [name, value]));
  return loadConfig({ env: Object.fromEntries(moved), flags: given, cwd: folder }).config;
}

test(
  "a pod is started with patience, restarted without its database in mind, and drained by readiness",
  { skip },
  async () => {
    const { container } = podOf(await render("full", "--set", "startupSeconds=3600"));
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const asked = { port: "http", scheme: "HTTP" };
    assert.deepEqual(startupProbe.httpGet, { path: "/readyz", ...asked });
    assert.equal(startupProbe.periodSeconds * startupProbe.failureThreshold, 3600);
    assert.deepEqual(livenessProbe.httpGet, { path: "/healthz", ...asked });
    assert.deepEqual(readinessProbe.httpGet, { path: "/readyz", ...asked });
    assert.ok(container.ports.some(({ name }) => name === "http"));
    const tls = podOf(await render("full", "--set", "config.tlsCertificate=/run/tls/tls.crt"));
    assert.equal(tls.container.readinessProbe.httpGet.scheme, "HTTPS");
  },
);

test("by default there are two pods, and nothing of what may be switched on", { skip }, async () => {
  const manifests = await render("minimal");
  assert.equal(one(manifests, "Deployment").spec.replicas, 2);
  const kinds = manifests.map(({ kind }) => kind).toSorted();
  assert.deepEqual(kinds, ["ConfigMap", "Deployment", "PodDisruptionBudget", "Service", "ServiceAccount"]);
});

test("switched on, the rest is there, for the issuer's host", { skip }, async () => {
  const manifests = await render("full");
  assert.equal(manifests.length, 11);
  // The autoscaler decides.
  assert.equal(one(manifests, "Deployment").spec.replicas, undefined);
  assert.equal(one(manifests, "Ingress").spec.rules[0]?.host, "auth.example.com");
  assert.deepEqual(one(manifests, "HTTPRoute").spec.hostnames, ["auth.example.com"]);
  const rules = readFileSync(join(CHART, "../../prometheus/rules.yml"), "utf8");
  assert.deepEqual([one(manifests, "PrometheusRule").spec], await parseYaml(python.path, rules));
});

test("a changed setting restarts the pods", { skip }, async () => {
  const before = JSON.stringify(one(await render("minimal"), "Deployment"));
  const after = JSON.stringify(one(await render("minimal", "--set", "config.accessTtl=900"), "Deployment"));
  assert.notEqual(before, after);
});

test("helm names the value that is mistaken", { skip }, async () => {
  await assert.rejects(
    render("minimal", "--set", "config.acessTtl=900"),
    /additional properties 'acessTtl' not allowed/,
  );
});
