/** Reasons by code of Node.js or MySQL, or SQLSTATE of PostgreSQL. The first match counts. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, "host not found"],
  [/^(?:ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|PROTOCOL_CONNECTION_LOST|08|57)/, "no answer from the server"],
  [/^(?:28|ER_ACCESS_DENIED|ER_DBACCESS_DENIED)/, "user or password rejected"],
  [/^(?:3D000|ER_BAD_DB_ERROR)$/, "database not found"],
  [
    /^(?:42501|ER_TABLEACCESS_DENIED_ERROR|ER_COLUMNACCESS_DENIED_ERROR)$/,
    "the user may not read the tables",
  ],
  [/^(?:ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HANDSHAKE)/, "certificate not trusted"],
  [/^ERR_SQLITE_ERROR$/, "file not found, or not an SQLite database"],
  [/^ER_/, "the server rejected the query"],
];

/** Why the source database cannot be read, as a clause with the code. Undefined: not an error of the database. */
export function sourceReason(error: unknown): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = REASONS.find(([pattern]) => typeof code === "string" && pattern.test(code));
  if (known !== undefined) return typeof code === "string" ? `${known[1]} (${code})` : known[1];
  // The driver's errors that have no code are recognised by their message.
  if (/does not support SSL/.test(String(message))) return "the server offers no TLS, which sslmode requires";
  return /timeout expired|Connection terminated/.test(String(message))
    ? "no answer from the server"
    : undefined;
}
