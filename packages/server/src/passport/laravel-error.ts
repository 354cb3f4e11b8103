/** What a driver's error says beside its message. */
interface DriverError extends Error {
  code?: string;
  /** mysql2 */
  errno?: number;
  sqlState?: string;
  /** Only errors of PostgreSQL's server have it; their `code` is the SQLSTATE. */
  severity?: string;
}

/** Classes of SQLSTATE whose messages name objects and states of the server. Others repeat values of the statement. */
const WITHOUT_VALUES = /^(?:08|25|28|3D|40|42|53|55|57|58)/;
/** Deadlock, serialization failure; of MariaDB, a row that changed since the transaction's snapshot. */
const CONFLICTS: ReadonlySet<string | number> = new Set(["40001", "40P01", 1020, 1213]);
/**
 * Of foreign keys and checks, and what MySQL has under a general SQLSTATE: 1265 truncated, 1267 and 3988 a character that
 * the column's set does not have, 1366 incorrect value, 1452 foreign key, 3819 and 4025 check. An error for all rows, such
 * as a column without a default, is not here.
 */
const UNFIT: ReadonlySet<string | number> = new Set([
  "23503",
  "23514",
  1265,
  1267,
  1366,
  1452,
  3819,
  3988,
  4025,
]);

/**
 * A statement that Laravel's database refused. What a log or a caller gets has no value of the statement: not an
 * e-mail, nor a token's id. (The drivers' own errors have them in `sql`, `detail`, `where` and some messages.)
 */
export class LaravelStatementError extends Error {
  override readonly name = "LaravelStatementError";
  /** mysql2's name of the error, PostgreSQL's SQLSTATE, or Node.js's code. */
  readonly code: string;
  /** Another transaction was in the way: the same transaction can succeed when it is run again. */
  readonly isConflict: boolean;
  /** A value does not fit its column: the same row never does. */
  readonly isUnfitValue: boolean;

  constructor(sql: string, { code = "", errno = 0, message, ...rest }: DriverError) {
    const state = rest.sqlState ?? (rest.severity === undefined ? "" : code);
    // An error without a SQLSTATE is the network's or the driver's.
    const said = state === "" || WITHOUT_VALUES.test(state) ? message : `SQLSTATE ${state}`;
    super(`${code === "" ? said : `${code}: ${said}`}, in: ${sql.replaceAll(/\s+/g, " ")}`);
    this.code = code;
    this.isConflict = CONFLICTS.has(state) || CONFLICTS.has(errno);
    this.isUnfitValue = state.startsWith("22") || UNFIT.has(state) || UNFIT.has(errno);
  }
}
