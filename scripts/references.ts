// Writes the references in docs/ that derive from the sources; with --check, only says which of them are stale.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import {
  CONFIG_FILE,
  environmentName,
  flagName,
  secretFileName,
  type Setting,
  SETTING_KEYS,
  type SettingKey,
  settingOf,
} from "../packages/server/src/config/schema.ts";
import { LOGIN_VARIABLES } from "../packages/server/src/config/login-variables.ts";
import { renderChartReadme, renderChartSchema } from "./chart-reference.ts";
import { renderClientApi, renderVerifyApi } from "./api-reference.ts";
import { renderClientSettings } from "./client-settings-reference.ts";
import { renderCommandLine } from "./command-line-reference.ts";
import { renderDecisionIndex } from "./decision-index.ts";
import { renderErrors } from "./error-reference.ts";
import { renderEvents } from "./event-reference.ts";
import { markdownTable } from "./markdown.ts";
import { fillFromBenchmark } from "./performance-tables.ts";

interface Reference {
  /** From the root of the repository. */
  path: string;
  /** Markdown; it is formatted afterwards. */
  render: () => string | Promise<string>;
}

const REFERENCES: readonly Reference[] = [
  { path: "docs/reference/configuration.md", render: renderConfiguration },
  { path: "docs/reference/cli.md", render: renderCommandLine },
  { path: "docs/reference/client-settings.md", render: renderClientSettings },
  { path: "docs/decisions/README.md", render: renderDecisionIndex },
  { path: "docs/reference/errors.md", render: renderErrors },
  { path: "docs/reference/events.md", render: renderEvents },
  { path: "docs/reference/client.md", render: renderClientApi },
  { path: "docs/reference/verify.md", render: renderVerifyApi },
  { path: "deploy/helm/regrant/values.schema.json", render: () => renderChartSchema(ROOT) },
  { path: "deploy/helm/regrant/README.md", render: () => renderChartReadme(ROOT) },
  { path: "docs/performance.md", render: () => fillFromBenchmark("docs/performance.md") },
  { path: "README.md", render: () => fillFromBenchmark("README.md") },
];

const ROOT = dirname(import.meta.dirname);

function renderConfiguration(): string {
  const groups = Map.groupBy(SETTING_KEYS, (key) => settingOf(key).group);
  const tables = [...groups].map(([group, keys]) => `## ${group}\n\n${renderSettings(keys)}`);
  return [INTRODUCTION, ...tables].join("\n\n");
}

const SECRET_FILES = SETTING_KEYS.map(secretFileName)
  .filter((name) => name !== null)
  .map(code);

const INTRODUCTION = `# Configuration

<!-- Made from packages/server/src/config/schema.ts by \`npm run docs\`. Change it there. -->

Regrant runs without any configuration. A setting is read from four places; a later one wins:

1. the defaults below,
2. the file \`${CONFIG_FILE.default}\` in the working directory, or the one that \`${flagName(CONFIG_FILE.key)}\` or the
   environment variable \`${environmentName(CONFIG_FILE.key)}\` names (it must exist then),
3. the environment,
4. flags of the command line.

The whole configuration is checked before the start: all errors are listed at once, each under the name you wrote. A name
that is not listed here is an error too, in the file and among the variables that begin with \`REGRANT_\`. Variables that
Kubernetes and Docker set for a service named \`regrant\` are ignored, and so are those of \`npx regrant token\`
(${Object.values(LOGIN_VARIABLES).map(code).join(", ")}). \`npx regrant config\` prints the current values and where each comes from.

The file is one JSON object, its keys the names in the first column:

\`\`\`json
{
  "issuer": "https://auth.example.com",
  "trustedProxies": ["10.0.0.0/8"],
  "accessTtl": 900
}
\`\`\`

In the environment, lists are separated by commas, booleans are \`true\` or \`false\`, or \`on\` or \`off\`, and objects are written as JSON.
Times are in seconds (s).
Flags marked "serve" belong to \`regrant serve\`, the others to every command.

## Secrets

Secrets have no flag, because every user of a machine can see the arguments of its programs. Each can be given in the
environment, in the configuration file, or in a file of its own that a variable names, as Docker, Kubernetes and systemd
provide them:

\`\`\`sh
${secretFileName("masterKey")}=/run/secrets/master_key
\`\`\`

The variables are ${SECRET_FILES.join(", ")}.

- The file is UTF-8 text of at most 64 KiB, and its path absolute. White space at its ends, such as the last newline, does not
  count. ${code(environmentName("previousMasterKeys"))} may have a key a line.
- Setting both variables of a secret is an error. So is a file that cannot be read or is empty: the error names variable
  and path, never the content. The file may be a pipe, unless there are workers.
- The file is read when a process starts. After a change, restart the service; a worker that replaces another one reads it
  again.
- The mode is yours to choose: Docker and Kubernetes mount secrets that every user of the container can read, so Regrant
  does not check it.`;

function renderSettings(keys: readonly SettingKey[]): string {
  const rows = keys.map((key) => {
    const setting = settingOf(key);
    const meaning = setting.secret === true ? `${setting.description} Secret.` : setting.description;
    const variables = [environmentName(key), secretFileName(key)].filter((name) => name !== null);
    return [code(key), variables.map(code).join(", "), flagText(key, setting), defaultText(setting), meaning];
  });
  return markdownTable(["Setting", "Environment", "Flag", "Default", "Meaning"], rows);
}

function flagText(key: SettingKey, { flag }: Setting): string {
  if (flag === undefined) return "";
  return flag.of === "serve" ? `${code(flagName(key))} (serve)` : code(flagName(key));
}

function defaultText(setting: Setting): string {
  if (setting.defaultText !== undefined) return setting.defaultText;
  if (typeof setting.default === "number" && setting.unit === "s") return durationText(setting.default);
  if (Array.isArray(setting.default) && setting.default.length === 0) return "none";
  if (setting.form === "json") return "none";
  return code(String(setting.default));
}

const UNITS = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
] as const;

/** `34128000` -> "`34128000` s (395 days)". */
function durationText(seconds: number): string {
  const [size, name] = UNITS.find(([size]) => seconds % size === 0) ?? [];
  const text = `${code(String(seconds))} s`;
  if (size === undefined || seconds === 0) return text;
  const count = seconds / size;
  return `${text} (${count} ${name}${count === 1 ? "" : "s"})`;
}

function code(text: string): string {
  return `\`${text}\``;
}

async function formatted({ path, render }: Reference): Promise<string> {
  const file = join(ROOT, path);
  return format(await render(), { ...(await resolveConfig(file)), filepath: file });
}

async function write(reference: Reference): Promise<void> {
  const file = join(ROOT, reference.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await formatted(reference));
}

async function isStale(reference: Reference): Promise<boolean> {
  const present = await readFile(join(ROOT, reference.path), "utf8").catch(() => undefined);
  return present !== (await formatted(reference));
}

for (const reference of REFERENCES) {
  if (!process.argv.includes("--check")) {
    await write(reference);
  } else if (await isStale(reference)) {
    console.error(`${reference.path} does not say what the sources say. Run: npm run docs`);
    process.exitCode = 1;
  }
}
