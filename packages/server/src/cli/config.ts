import type { Command } from "commander";
import { describeConfig } from "../config/describe-config.ts";
import type { DescribedSetting } from "../config/describe-config.ts";
import { configOf } from "./command-config.ts";
import { examples } from "./program.ts";
import { printJson, printTable } from "./output.ts";
import type { Column } from "./table.ts";
import { addSettingFlags } from "./settings-flags.ts";

/** Adds `regrant config`. It takes the flags of `serve`, so that it can show what `serve` would run with. */
export function addConfigCommand(program: Command): void {
  const command = program
    .command("config")
    .description("print the effective configuration and where each value comes from; secrets are masked")
    .option("--json", "print JSON");
  addSettingFlags(command, "serve");
  command
    .addHelpText("after", examples("npx regrant config", "REGRANT_PORT=8080 npx regrant config --json"))
    .action(config);
}

const SETTING_COLUMNS: readonly Column[] = [
  { name: "setting", importance: 9 },
  { name: "value", importance: 8 },
  { name: "from", importance: 5 },
  { name: "environment", importance: 3 },
];

/** Prints each setting with its value and the layer that it comes from. Secrets are masked by `describeConfig`. */
function config({ json }: { json?: true }, command: Command): void {
  const { config, sources, file } = configOf(command);
  const settings = describeConfig(config, sources);
  if (json) return printJson({ file, settings });
  const rows = settings.map(({ setting, value, source, env }) => [setting, valueText(value), source, env]);
  printTable(SETTING_COLUMNS, rows, "");
  if (file !== null) console.log(`\nConfiguration file: ${file}`);
}

/** A value as one cell of the table: `-` for null, lists by commas as the environment variables take them. */
function valueText(value: DescribedSetting["value"]): string {
  if (value === null) return "-";
  if (typeof value !== "object") return String(value);
  if (Object.keys(value).length === 0) return "none";
  return Array.isArray(value) ? value.join(",") : JSON.stringify(value);
}
