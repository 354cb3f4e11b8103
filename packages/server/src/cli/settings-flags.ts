import { Option } from "commander";
import type { Command } from "commander";
import { CONFIG_FILE, environmentName, flagName, SETTING_KEYS, settingOf } from "../config/schema.ts";
import type { Setting } from "../config/schema.ts";

/** Adds the flags of the settings that `of` takes. Their values are checked with the rest of the configuration. */
export function addSettingFlags(command: Command, of: "every command" | "serve"): void {
  for (const key of SETTING_KEYS) {
    const setting = settingOf(key);
    if (setting.flag?.of !== of) continue;
    command.addOption(settingOption(key, setting.flag.value, setting.description, defaultOf(setting)));
  }
  if (of === CONFIG_FILE.flag.of) {
    const { flag, description, default: fallback } = CONFIG_FILE;
    command.addOption(settingOption(CONFIG_FILE.key, flag.value, description, fallback));
  }
}

/**
 * Makes the option of a setting. Its help is the description's first sentence, the default and the environment
 * variable.
 */
function settingOption(key: string, value: string, description: string, fallback: string): Option {
  const [first = description] = plain(description).split(/(?<=\.) /);
  const help = first.replace(/\.$/, "").replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return new Option(
    `${flagName(key)} <${value}>`,
    `${help} (default: ${plain(fallback)}; ${environmentName(key)})`,
  );
}

/** The default as the reference states it. */
function defaultOf({ default: fallback, defaultText }: Setting): string {
  return defaultText ?? String(fallback);
}

/** Removes Markdown's code marks, which a terminal would print. */
function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}
