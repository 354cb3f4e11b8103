import { z } from "zod";
import { urlParameterError } from "./postgres-parameters.ts";

// The messages complete "REGRANT_X: …" and never quote the value: it may hold a password.

const RULE =
  "must be sqlite:PATH, such as sqlite:./data/regrant.db (no // or file: before the path), " +
  "or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

/**
 * `sqlite:PATH`, or a `postgres://` URL of one or several hosts. A SQLite URI (`file:`) is refused, since the key file is
 * named after the path. It is checked here so that a driver never meets a
 * malformed one, which its error might quote, password included.
 */
export const databaseAddress = z
  .string({ error: RULE })
  .refine((text) => isPostgres(text) || /^sqlite:(?!\/\/|file:)./.test(text), { error: RULE })
  .superRefine((text, context) => {
    const message = isPostgres(text) ? postgresError(text) : undefined;
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** Whether the address is that of a PostgreSQL database. */
export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:\/\//.test(database);
}

/** The engine's name, for metrics. */
export function databaseEngine(database: string): "postgresql" | "sqlite" {
  return isPostgres(database) ? "postgresql" : "sqlite";
}

/** Several hosts are separated by commas, each with an optional port of its own (as in libpq). */
function postgresError(text: string): string | undefined {
  const [, scheme, authority = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)/s.exec(text) ?? [];
  const at = authority.lastIndexOf("@");
  const hosts = authority.slice(at + 1).split(",");
  const server = (host: string) => `${scheme}${authority.slice(0, at + 1)}${host}${rest}`;
  const readable = hosts.every((host) => (host !== "" || hosts.length === 1) && URL.canParse(server(host)));
  if (!readable || rest.split("?")[0]?.includes("@") === true) {
    return "is not a URL: write the characters : / ? # @ % of a user name or password as %3A %2F %3F %23 %40 %25";
  }
  if (!/^\/[^/?#]/.test(rest))
    return "must name the database after the host, such as postgres://HOST/regrant";
  return urlParameterError(rest);
}

/**
 * The address for logs and output, with its passwords as `***`: of the user, and of parameters such as `sslpassword`.
 */
export function databaseText(database: string): string {
  if (!isPostgres(database)) return database;
  const start = database.indexOf("//") + 2;
  // Up to the last @: a password may hold one that was not escaped.
  const end = Math.max(start, database.lastIndexOf("@"));
  const credentials = database.slice(start, end);
  const colon = credentials.indexOf(":");
  const masked = colon === -1 ? credentials : `${credentials.slice(0, colon)}:***`;
  const rest = database.slice(end).replaceAll(/([?&][a-z]*password=)[^&#]*/gi, "$1***");
  return `${database.slice(0, start)}${masked}${rest}`;
}
