import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { parameterError, PostgresUrlError, sslMode } from "../config/postgres-parameters.ts";
import type { SslMode } from "../config/postgres-parameters.ts";

/** The driver's option: no TLS, or TLS with these options. */
export type TlsOption = false | ConnectionOptions;

/** Parameters that are read here. The driver would take them for its own, with other meanings. */
const OWN_PARAMETERS = [
  "ssl",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "sslnegotiation",
  "uselibpqcompat",
  "pooler",
];

/** A server: the driver's options, but for `ssl`. */
export interface PostgresTarget {
  options: { connectionString: string; sslnegotiation: "direct" | undefined };
  /** The values of `ssl` that its `sslmode` allows, in the order in which libpq tries them. */
  tls: readonly TlsOption[];
}

/**
 * Reads what a URL of one server says of TLS, or else the environment (`PGSSLMODE`, `PGSSLROOTCERT` …). It means what
 * it means to libpq, with one addition: `verify-full` without `sslrootcert` trusts the authorities that Node.js brings.
 *
 * @throws {PostgresUrlError} if the parameters are wrong, or a file cannot be read
 */
export function postgresTarget(server: string): PostgresTarget {
  const url = new URL(server);
  const given = (name: string) => url.searchParams.get(name) || undefined;
  const read = (name: string) =>
    given(name) ?? (/^ssl./.test(name) ? process.env[`PG${name.toUpperCase()}`] : undefined);
  const error = parameterError(read);
  if (error !== undefined) throw new PostgresUrlError(error);
  const host = given("host") ?? (decodeURIComponent(url.hostname) || process.env["PGHOST"]);
  const tls = host?.startsWith("/") ? [false as const] : tlsOptions(read);
  const sslnegotiation = read("sslnegotiation") === "direct" ? "direct" : undefined;
  for (const name of OWN_PARAMETERS) url.searchParams.delete(name);
  return { options: { connectionString: url.href, sslnegotiation }, tls };
}

function tlsOptions(read: (name: string) => string | undefined): TlsOption[] {
  const mode = sslMode(read);
  if (mode === "disable") return [false];
  const authority = file("ca", read("sslrootcert"));
  const verified = { ...authority, ...file("cert", read("sslcert")), ...file("key", read("sslkey")) };
  const anyName = { ...verified, checkServerIdentity: () => undefined };
  // libpq verifies the issuer wherever it has an authority.
  const encrypted = authority.ca === undefined ? { ...verified, rejectUnauthorized: false } : anyName;
  const ways: Record<Exclude<SslMode, "disable">, TlsOption[]> = {
    allow: [false, encrypted],
    prefer: [encrypted, false],
    require: [encrypted],
    "verify-ca": [anyName],
    "verify-full": [verified],
  };
  return ways[mode];
}

function file(option: "ca" | "cert" | "key", path: string | undefined): ConnectionOptions {
  if (!path) return {};
  if (option === "ca" && path === "system") return { ca: getCACertificates("system") };
  try {
    return { [option]: readFileSync(path) };
  } catch (cause) {
    throw new PostgresUrlError(`names ${path}, which cannot be read`, { cause });
  }
}

/**
 * Connects in the first way that the server takes. A server that gives no answer is not asked again.
 *
 * @throws what the last attempt threw
 */
export async function connectInTurn<T>(
  [first = false, ...others]: readonly TlsOption[],
  connect: (ssl: TlsOption) => Promise<T>,
): Promise<T> {
  try {
    return await connect(first);
  } catch (error) {
    if (others.length === 0 || isUnreachable(error)) throw error;
    return connectInTurn(others, connect);
  }
}

/** No connection came about, so that nothing was said of TLS. The driver's time-out has no code. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return true;
  if (!(error instanceof Error)) return false;
  return error.message === "timeout expired" || ("syscall" in error && error.syscall !== "read");
}
