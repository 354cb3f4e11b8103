/** The modes of libpq, from none to the strictest. */
const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** Reads a parameter of the URL by its name; undefined or empty: it is not given. */
type ReadParameter = (name: string) => string | null | undefined;

/** Modes of which a connection without encryption cannot come. */
const ENCRYPTING: ReadonlySet<string> = new Set(["require", "verify-ca", "verify-full"]);

/**
 * The mode that the parameters choose, as in libpq: `prefer` by default, `ssl=true` for `require`, and `verify-full`
 * for the operating system's certificate authorities.
 */
export function sslMode(read: ReadParameter): SslMode {
  const byDefault = read("sslrootcert") === "system" ? "verify-full" : "prefer";
  return (read("sslmode") || (read("ssl") === "true" ? "require" : byDefault)) as SslMode;
}

/** The URL of a PostgreSQL server, or a file that it names, cannot be used. */
export class PostgresUrlError extends Error {
  override readonly name = "PostgresUrlError";

  /** @param clause such as `must have both sslcert and sslkey` */
  constructor(clause: string, options?: ErrorOptions) {
    super(`the URL of PostgreSQL ${clause}`, options);
  }
}

/** What is wrong with the parameters of a `postgres://` URL, as a clause; undefined: nothing. */
export function urlParameterError(url: string): string | undefined {
  const parameters = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1]);
  return parameterError((name) => parameters.get(name));
}

/** What is wrong with parameters, as a clause that quotes no value but a known mode. The rules of TLS are libpq's. */
export function parameterError(read: ReadParameter): string | undefined {
  const mode = sslMode(read);
  if (!SSL_MODES.includes(mode)) return `has an unknown sslmode: it is one of ${SSL_MODES.join(", ")}`;
  if (read("ssl") && read("ssl") !== "true") {
    return `must say sslmode in place of ssl: one of ${SSL_MODES.join(", ")}`;
  }
  if (mode === "verify-ca" && !read("sslrootcert")) {
    return "must name the certificate authority for sslmode=verify-ca: sslrootcert=FILE";
  }
  if (read("sslrootcert") === "system" && mode !== "verify-full") {
    return `must not have sslmode=${mode} with sslrootcert=system, where any public certificate would do: use sslmode=verify-full`;
  }
  if (Boolean(read("sslcert")) !== Boolean(read("sslkey")))
    return "must have both sslcert and sslkey, or neither";
  if (read("sslnegotiation") === "direct" && !ENCRYPTING.has(mode)) {
    return `must not have sslmode=${mode} with sslnegotiation=direct, which always encrypts: use sslmode=require, verify-ca or verify-full`;
  }
  if (read("pooler") && read("pooler") !== "transaction") {
    return "has an unknown pooler: it may be transaction; a pooler in session mode needs no parameter";
  }
  return undefined;
}
