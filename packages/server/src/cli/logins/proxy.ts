import { BlockList, isIP } from "node:net";
import { isLoopback, withoutBrackets } from "../../config/loopback.ts";
import { CliError } from "../cli-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy of the environment. */
interface Proxy {
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

/**
 * The proxy for a URL: `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, each in lower case first; undefined: none.
 * Loopback addresses and the hosts of `NO_PROXY` have none.
 *
 * @throws {CliError} its URL is invalid (2)
 */
export function proxyFor(
  { protocol, hostname, port }: URL,
  env: Environment = process.env,
): Proxy | undefined {
  const scheme = protocol === "https:" ? "https" : "http";
  const names = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"];
  const variable = names.find((name) => env[name]);
  if (variable === undefined || isLoopback(hostname)) return undefined;
  const exceptions = env["no_proxy"] || env["NO_PROXY"] || "";
  const target = { host: withoutBrackets(hostname), port: port || (scheme === "https" ? "443" : "80") };
  if (exceptions.split(/[\s,]/).some((entry) => entry !== "" && isCovered(target, entry))) return undefined;
  return { url: parseProxy(env[variable] ?? "", variable), variable };
}

/** A proxy as messages name it: without its password. */
export function proxyText({ url, variable }: Proxy): string {
  return `${url.protocol}//${url.host} (${variable})`;
}

/** The value may contain a password, so an error does not repeat it. */
function parseProxy(value: string, variable: string): Proxy["url"] {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "") return url;
  const hint = `set it to a URL such as http://proxy.example.com:3128, or name the host in NO_PROXY`;
  const reason =
    url === null ? "is not the URL of a proxy" : `names a proxy of an unsupported kind: ${url.protocol}//`;
  throw new CliError(`${variable} ${reason}`, hint, 2);
}

/** Whether an entry of `NO_PROXY` covers a host: `*`, a domain and what is below it, an address, a block, each with a port. */
function isCovered({ host, port }: { host: string; port: string }, entry: string): boolean {
  if (entry === "*") return true;
  const [, name = "", wanted = port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? ["", entry];
  if (wanted !== port) return false;
  const pattern = withoutBrackets(name)
    .replace(/^\*?\./, "")
    .toLowerCase();
  if (isIP(host) !== 0) return isInBlock(host, pattern);
  return host === pattern || host.endsWith(`.${pattern}`);
}

/** @param pattern an address, or a block such as `10.0.0.0/8` */
function isInBlock(host: string, pattern: string): boolean {
  const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
  const [address = "", length] = pattern.split("/");
  const bits = Number(length ?? (isIP(address) === 6 ? 128 : 32));
  if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > (isIP(address) === 6 ? 128 : 32))
    return false;
  const block = new BlockList();
  block.addSubnet(address, bits, family(address));
  return block.check(host, family(host));
}
