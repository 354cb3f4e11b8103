/** A row as an engine's driver returns it, by column name. */
export type Row = Record<string, unknown>;

/** Converts the values that each engine stores in its own form. */
export interface ColumnConverters {
  /** A UUID column, to its text. */
  uuid: (value: unknown) => string;
  /** The client id in `clients.id` and `grants.client_id`, to the id on the wire. */
  clientId: (value: unknown) => string;
  /** A column of bytes, without a copy. */
  bytes: (value: unknown) => Buffer;
  /** A boolean column: 0 or 1 in SQLite. */
  boolean: (value: unknown) => boolean;
}
