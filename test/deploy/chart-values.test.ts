import assert from "node:assert/strict";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import {
  secretFileName,
  SETTING_KEYS,
  settingOf,
  SETTINGS,
} from "../../packages/server/src/config/schema.ts";
import { needPython } from "../need.ts";
import { parseYaml } from "./yaml.ts";

// What can be said of the Helm chart without Helm.
const ROOT = join(import.meta.dirname, "../..");
const CHART = join(ROOT, "deploy/helm/regrant");
const read = (name: string) => readFileSync(join(CHART, name), "utf8");

const schema = JSON.parse(read("values.schema.json")) as object;
const isValid = new Ajv({ strictTypes: false }).compile(schema);
const place = { name: "regrant", key: "key" };

/** Values with what the schema requires, and these settings and secrets. */
function values(config: object, secrets: object = { database: place }): object {
  return {
    image: { repository: "registry.example.com/regrant" },
    config: { issuer: "https://auth.example.com", shutdownDelay: 10, shutdownTimeout: 10, ...config },
    secrets: { masterKey: place, ...secrets },
  };
}

test("the chart takes each setting that is no secret, and listens where its Service expects it", () => {
  for (const key of SETTING_KEYS) {
    const { secret, default: value } = settingOf(key);
    if (key === "database" || (value === undefined && secret === undefined)) continue;
    const taken = isValid(values({ [key]: value ?? "x" }));
    assert.equal(taken, secret === undefined && !["host", "port", "metrics"].includes(key), key);
  }
});

test("the chart takes each secret by the name of a Secret and its key, never as a value", () => {
  for (const key of SETTING_KEYS.filter((key) => secretFileName(key) !== null)) {
    assert.ok(isValid(values({}, { database: place, [key]: place })), key);
    assert.equal(isValid(values({}, { database: place, [key]: "secret" })), false, key);
  }
});

test("mistakes are refused before anything is installed", () => {
  const url = "postgres://regrant@db/regrant";
  const refused: Record<string, object> = {
    "a name that is not a setting": values({ acessTtl: 900 }),
    "a number out of range": values({ accessTtl: 0 }),
    "a fraction of a second": values({ accessTtl: 1.5 }),
    "a word that is not one of those": values({ logLevel: "verbose" }),
    "text in place of a list": values({ trustedProxies: "10.0.0.0/8" }),
    SQLite: values({ database: "sqlite:/data/regrant.db" }, {}),
    "no database": values({}, {}),
    "two databases": values({ database: url }),
    "a password in the address": values({ database: "postgres://regrant:secret@db/regrant" }, {}),
    "a password among its parameters": values({ database: `${url}?sslpassword=secret` }, {}),
    "no issuer": { ...values({}), config: { shutdownDelay: 10, shutdownTimeout: 10 } },
    "no master key": { ...values({}), secrets: { database: place } },
    "no image": { ...values({}), image: { repository: "" } },
    "a setting among the variables": {
      ...values({}),
      extraEnv: [{ name: "REGRANT_MASTER_KEY", value: "x" }],
    },
    "a password among the variables": { ...values({}), extraEnv: [{ name: "PGPASSWORD", value: "x" }] },
    "the key of a collector among the variables": {
      ...values({}),
      extraEnv: [{ name: "OTEL_EXPORTER_OTLP_HEADERS", value: "api-key=x" }],
    },
    "a name that is not a value": { ...values({}), replicaCount: 3 },
  };
  for (const [what, given] of Object.entries(refused)) assert.equal(isValid(given), false, what);
  assert.ok(isValid(values({ database: `${url}?sslmode=verify-full` }, {})));
});

test("the chart has the packages' version", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "packages/server/package.json"), "utf8")) as {
    version: string;
  };
  const lines = read("Chart.yaml").split("\n");
  assert.ok(lines.includes(`version: ${version}`) && lines.includes(`appVersion: "${version}"`));
});

test("the chart runs the image's user", () => {
  const [, user] = /^USER (\d+):/m.exec(readFileSync(join(ROOT, "deploy/image/Dockerfile"), "utf8")) ?? [];
  assert.ok(read("templates/deployment.yaml").includes(`runAsUser: ${user}\n`));
});

test("the chart's alerts are those of deploy/prometheus", () => {
  assert.equal(readlinkSync(join(CHART, "rules.yml")), "../../prometheus/rules.yml");
  assert.ok(existsSync(join(CHART, "rules.yml")));
});

const python = await needPython("yaml");

test(
  "values.yaml has the defaults that the schema and the README tell",
  { skip: python.missing },
  async () => {
    const defaults = {};
    new Ajv({ useDefaults: true, allErrors: true, strict: false }).compile(schema)(defaults);
    const [written] = await parseYaml(python.path, read("values.yaml"));
    assert.deepEqual(written, defaults);
    // A load balancer needs more than the second that is the service's own default.
    const { shutdownTimeout } = (written as { config: { shutdownTimeout: number } }).config;
    assert.equal(shutdownTimeout, SETTINGS.shutdownTimeout.default);
  },
);
