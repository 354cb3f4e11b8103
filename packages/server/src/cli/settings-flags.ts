import { Option } from "commander";
import type { Command } from "commander";
import { CONFIG_FILE, environmentName, flagName, SETTING_KEYS, settingOf } from "../config/schema.ts";

/** Adds the flags of those settings that `of` takes; their texts are checked with the rest of the configuration. */
export function addSettingFlags(command: Command, of: "every command" | "serve"): void {
  for (const key of SETTING_KEYS) {
    const { flag, description } = settingOf(key);
    if (flag?.of === of) command.addOption(settingOption(key, flag.value, description));
  }
  if (of === CONFIG_FILE.flag.of) {
    command.addOption(settingOption(CONFIG_FILE.key, CONFIG_FILE.flag.value, CONFIG_FILE.description));
  }
}

function settingOption(key: string, value: string, description: string): Option {
  const [first = description] = plain(description).split(/(?<=\.) /);
  return new Option(`${flagName(key)} <${value}>`, `${first.replace(/\.$/, "")} (${environmentName(key)})`);
}

/** Markdown's code marks mean nothing in a terminal. */
function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}
