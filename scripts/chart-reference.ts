// What the Helm chart's schema and README take from elsewhere: settings from their table, the list of values from the schema.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  secretFileName,
  SETTING_KEYS,
  type SettingKey,
  settingOf,
} from "../packages/server/src/config/schema.ts";
import { markdownTable } from "./markdown.ts";

/** From the root of the repository. */
export const CHART = "deploy/helm/regrant";

/** Where a pod listens is the chart's own: its Service, probes and monitors must know it. */
const OF_THE_CHART: ReadonlySet<SettingKey> = new Set(["host", "port", "metrics"]);

/** The part of JSON Schema that is read here. */
interface Schema {
  description?: string;
  type?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  [keyword: string]: unknown;
}

/** Returns the chart's schema with `config` and `secrets` as the table of settings has them. */
export async function renderChartSchema(root: string): Promise<string> {
  const schema = await readSchema(root);
  const { config, secrets } = schema.properties ?? {};
  Object.assign(config ?? {}, configSchema());
  Object.assign(secrets ?? {}, secretsSchema());
  return JSON.stringify(schema);
}

function configSchema(): Schema {
  const keys = SETTING_KEYS.filter((key) => !OF_THE_CHART.has(key) && settingOf(key).secret !== true);
  return {
    type: "object",
    additionalProperties: false,
    required: ["issuer", "shutdownDelay", "shutdownTimeout"],
    properties: Object.fromEntries(keys.map((key) => [key, settingSchema(key)])),
  };
}

/** The values that the configuration file takes, as far as JSON Schema can say it. */
function settingSchema(key: SettingKey): Schema {
  const setting = settingOf(key);
  const options = { io: "input", target: "draft-7", unrepresentable: "any" } as const;
  const { $schema: _, readOnly: __, ...schema } = z.toJSONSchema(setting.schema, options) as Schema;
  const { description } = setting;
  return key === "database" ? { ...schema, ...WITHOUT_PASSWORD, description } : { ...schema, description };
}

/** A file of SQLite would end with its pod; a password would be readable in the ConfigMap. */
const WITHOUT_PASSWORD = {
  pattern: "^postgres(ql)?://",
  not: { pattern: "^[^/]*//[^/?#]*:[^/?#]*@|[?&][a-z]*password=" },
};

function secretsSchema(): Schema {
  const keys = SETTING_KEYS.filter((key) => secretFileName(key) !== null);
  const name = {
    description: "Name of a Secret.",
    type: "string",
    pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
  };
  const key = { description: "Its key.", type: "string", pattern: "^[A-Za-z0-9._-]{1,253}$" };
  const place = {
    type: "object",
    additionalProperties: false,
    required: ["name", "key"],
    properties: { name, key },
  };
  return {
    type: "object",
    additionalProperties: false,
    required: ["masterKey"],
    properties: Object.fromEntries(
      keys.map((key) => [key, { ...place, description: settingOf(key).description }]),
    ),
  };
}

/** Returns the chart's README with the list of values that its schema has. */
export async function renderChartReadme(root: string): Promise<string> {
  const text = await readFile(join(root, CHART, "README.md"), "utf8");
  const { properties = {} } = await readSchema(root);
  const table = markdownTable(["Value", "Default", "Meaning"], valueRows(properties));
  return text.replace(/(<!-- values[^]*?-->\n)[^]*(<!-- \/values -->)/, `$1\n${table}\n$2`);
}

/** One row a value; objects with fixed members are listed by member. */
function valueRows(properties: Record<string, Schema>, prefix = ""): string[][] {
  return Object.entries(properties).flatMap(
    ([name, { properties: inner, description = "", default: value }]) => {
      const path = prefix + name;
      if (inner !== undefined && !OF_THE_TABLE.has(path)) return valueRows(inner, `${path}.`);
      return value === undefined ? [] : [[`\`${path}\``, `\`${JSON.stringify(value)}\``, description]];
    },
  );
}

/** Their members are listed in the service's own reference. */
const OF_THE_TABLE: ReadonlySet<string> = new Set(["config", "secrets"]);

async function readSchema(root: string): Promise<Schema> {
  return JSON.parse(await readFile(join(root, CHART, "values.schema.json"), "utf8")) as Schema;
}
