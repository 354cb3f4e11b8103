import { isIP } from "node:net";
import { environmentName, type SettingKey } from "./schema.ts";
import type { ReadConfig } from "./read-config.ts";
import type { Config } from "./resolve-config.ts";
import { isLoopback, isPostgres } from "./values.ts";

type Order = {
  lesser: SettingKey;
  greater: SettingKey;
  /** The greater must exceed this many of the lesser. */
  times?: number;
  /** The two may be equal. */
  orEqual?: boolean;
};

const ORDERS: readonly Order[] = [
  // Else a retry at the end of the window would be answered with an access token that is over.
  { lesser: "retryWindow", greater: "accessTtl" },
  { lesser: "accessTtl", greater: "refreshIdleTtl", orEqual: true },
  { lesser: "refreshIdleTtl", greater: "refreshMaxTtl", orEqual: true },
  // A key must be published one cache time before it signs, and sign for longer than that.
  { lesser: "jwksMaxAge", greater: "signingKeyMaxAge", times: 2 },
  // Node.js refuses to listen otherwise.
  { lesser: "headersTimeout", greater: "requestTimeout", orEqual: true },
];

/** The faults of settings that do not fit each other. A setting that is faulty by itself is not judged again. */
export function crossCheck(config: Config, read: ReadConfig): string[] {
  const sound = (...keys: SettingKey[]) => keys.every((key) => !read.faulty.has(key));
  const faults: string[] = [];
  if (sound("database") && isPostgres(config.database)) {
    faults.push(`${nameOf(read, "database")}: this version keeps its data in SQLite; write sqlite:PATH`);
  }
  if (sound("issuer", "host", "allowInsecureIssuer")) faults.push(...issuerFaults(config, read));
  if (sound("masterKey", "previousMasterKeys")) faults.push(...keyFaults(config, read));
  if (sound("metrics", "host", "port")) faults.push(...metricsFaults(config, read));
  for (const order of ORDERS) {
    if (sound(order.lesser, order.greater)) faults.push(...orderFaults(order, config, read));
  }
  return faults;
}

/** As the user wrote it; a default goes by its environment name. */
function nameOf(read: ReadConfig, key: SettingKey): string {
  return read.settings[key]?.name ?? environmentName(key);
}

function issuerFaults(config: Config, read: ReadConfig): string[] {
  const allow = `${environmentName("allowInsecureIssuer")}=true`;
  if (read.settings.issuer === undefined) {
    // The default is made of the address that is listened on, which no client elsewhere may be able to reach.
    if (isLoopback(config.host)) return [];
    const issuer = environmentName("issuer");
    const publicUrl = isWildcard(config.host) ? "one address" : "an https address";
    return [
      `${nameOf(read, "host")}: is not a loopback address, so ${publicUrl} of the service must be given as ${issuer}`,
    ];
  }
  if (config.issuer === null || config.allowInsecureIssuer) return [];
  const { protocol, hostname } = new URL(config.issuer);
  if (protocol === "https:" || isLoopback(hostname)) return [];
  return [`${nameOf(read, "issuer")}: must be an https URL (http is for loopback hosts; ${allow} allows it)`];
}
