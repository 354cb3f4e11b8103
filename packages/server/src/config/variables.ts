import { didYouMean } from "./did-you-mean.ts";
import { ADMIN_VARIABLES } from "./admin-variables.ts";
import { LOGIN_VARIABLES } from "./login-variables.ts";
import { CONFIG_FILE, environmentName, secretFileName, SETTING_KEYS, type SettingKey } from "./schema.ts";

/** What a variable of the environment holds: a setting's value, the path of a file with it, or nothing of Regrant's. */
export type Variable =
  | { holds: "value" | "path"; key: SettingKey }
  | { holds: "other" }
  /** It begins with `REGRANT_`, and is not a setting. */
  | { holds: "unknown"; hint: string };

const CONFIG = environmentName(CONFIG_FILE.key);
const OTHERS: ReadonlySet<string> = new Set([
  CONFIG,
  ...Object.values(LOGIN_VARIABLES),
  ...Object.values(ADMIN_VARIABLES),
]);

const VARIABLES: ReadonlyMap<string, Variable> = new Map(
  SETTING_KEYS.flatMap((key): [string, Variable][] => {
    const file = secretFileName(key);
    const value: [string, Variable] = [environmentName(key), { holds: "value", key }];
    return file === null ? [value] : [value, [file, { holds: "path", key }]];
  }),
);

/** Says what a variable is. A mistyped name must not be ignored: it would leave a setting at its default. */
export function variableOf(name: string, text: string): Variable {
  if (!name.startsWith("REGRANT_") || OTHERS.has(name) || isServiceLink(name, text))
    return { holds: "other" };
  return VARIABLES.get(name) ?? { holds: "unknown", hint: hintFor(name) };
}

function hintFor(name: string): string {
  const setting = name.replace(/_FILE$/, "");
  if (setting !== name && VARIABLES.has(setting)) return `; only secrets are read from files: set ${setting}`;
  return didYouMean(name, [...VARIABLES.keys(), CONFIG]);
}

/**
 * Whether Kubernetes or Docker set the variable for a service named `regrant` or `regrant-…`, such as
 * `REGRANT_PORT=tcp://10.0.0.1:8787`; it is not a setting.
 */
function isServiceLink(name: string, text: string): boolean {
  const linked = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name);
  return linked || (name.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(text));
}
