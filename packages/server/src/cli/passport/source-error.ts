/** Reasons by the codes of Node.js and of MySQL, and the SQLSTATEs of PostgreSQL. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, "its host has no address"],
  [
    /^(?:ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|PROTOCOL_CONNECTION_LOST|08|57)/,
    "no server answers there, or it went away",
  ],
  [/^(?:28|ER_ACCESS_DENIED|ER_DBACCESS_DENIED)/, "the server refuses the user or the password"],
  [/^(?:3D000|ER_BAD_DB_ERROR)$/, "the server has no such database"],
  [
    /^(?:42501|ER_TABLEACCESS_DENIED_ERROR|ER_COLUMNACCESS_DENIED_ERROR)$/,
    "the user may not read its tables",
  ],
  [/^(?:ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HANDSHAKE)/, "its certificate is not trusted"],
  [/^ERR_SQLITE_ERROR$/, "there is no such file, or it is no SQLite database"],
  [/^ER_/, "the server refuses to answer"],
];

/** Why another service's database cannot be read, in words; undefined: the error says nothing of it. */
export function sourceReason(error: unknown): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = REASONS.find(([pattern]) => typeof code === "string" && pattern.test(code));
  if (known !== undefined) return typeof code === "string" ? `${known[1]} (${code})` : known[1];
  // Some of PostgreSQL's driver's errors have a message alone.
  return /timeout expired|Connection terminated/.test(String(message))
    ? "no server answers there"
    : undefined;
}
