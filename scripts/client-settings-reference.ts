import {
  CLIENT_SETTING_KEYS,
  clientSetting,
  CONFIGURED,
  memberOf,
} from "../packages/server/src/client-settings/settings.ts";
import type { ClientSettingKey } from "../packages/server/src/client-settings/settings.ts";

/** The reference of a client's settings, as Markdown. */
export function renderClientSettings(): string {
  const header = ["Setting", "Flag", "Default", "Client metadata", "Meaning"];
  const rows = CLIENT_SETTING_KEYS.map((key) => {
    const { flag, off, registration, help } = clientSetting(key);
    const name = flag?.split(" ")[0];
    const flags =
      name === undefined
        ? ""
        : code(name) + (off === undefined ? "" : `, ${code(name.replace("--", "--no-"))}`);
    const metadata = registration === undefined ? "" : code(registration.member);
    return [
      code(memberOf(key)),
      flags,
      defaultText(key),
      metadata,
      `${help[0]?.toUpperCase()}${help.slice(1)}.`,
    ];
  });
  const table = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [INTRODUCTION, table.join("\n")].join("\n\n");
}

const INTRODUCTION = `# The settings of a client

<!-- Made from packages/server/src/client-settings by \`npm run docs\`. Change it there. -->

The first column is the member in \`regrant client show --json\`; in a program that embeds Regrant, the same name in camelCase.
Lifetimes are in seconds (s). \`regrant client create\` and \`client update\` take the flags, \`update\` their \`--no-\` forms.
A client that registers itself may give the members of the column "Client metadata" (RFC 7591 §2); all others are the
operator's. A client that was registered before a setting existed has its default.`;

function defaultText(key: ClientSettingKey): string {
  const configured = CONFIGURED.find((name) => name === key);
  if (configured !== undefined) return `the service's [${code(configured)}](configuration.md)`;
  const { default: value, defaultText } = clientSetting(key);
  if (defaultText !== undefined) return defaultText;
  if (value === null || (Array.isArray(value) && value.length === 0)) return "none";
  return code(Array.isArray(value) ? value.join(" ") : JSON.stringify(value).replaceAll('"', ""));
}

function code(text: string): string {
  return `\`${text}\``;
}
