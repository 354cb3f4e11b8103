/** What depends on whose the server's sessions are. All texts are statements of SQL; time limits are ms, 0: none. */
export interface Sessions {
  /** Run on each new connection. */
  prepare(timeout: number): readonly string[];
  /** Run at the beginning of each transaction. */
  begin(timeout: number): readonly string[];
  /** Whether a session keeps what it was told: prepared statements, and what it listens to. */
  readonly persist: boolean;
}

/** Time limits of a statement, of a wait for a lock, and of a transaction between its statements. */
function limits(timeout: number): readonly [name: string, value: number][] {
  return [
    ["lock_timeout", timeout],
    ["statement_timeout", timeout],
    ["idle_in_transaction_session_timeout", timeout || 60_000],
  ];
}

/**
 * A session for each connection: what a statement relies on is set once, whatever the database's own defaults are. It is
 * set after connecting, not as start-up parameters, which connection poolers refuse.
 *
 * One plan per prepared statement: without it the server plans each batch size again, which costs more than running it.
 * Such a plan outlives the size that its table had, so it goes by an index even where the table is so small that
 * reading all of it would be cheaper: each statement here has its index.
 */
export const OWN_SESSIONS: Sessions = {
  persist: true,
  prepare: (timeout) => [
    "SET default_transaction_isolation = 'read committed'",
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    ...limits(timeout).map(([name, value]) => `SET ${name} = ${value}`),
  ],
  begin: () => [],
};

/**
 * A pooler lends a connection some session for each transaction. What a session is told outlives the transaction and
 * meets others, so each transaction is told for itself, and nothing is prepared: a statement is planned each time.
 */
export const LENT_SESSIONS: Sessions = {
  persist: false,
  prepare: () => [],
  begin: (timeout) => [
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ...limits(timeout).map(([name, value]) => `SET LOCAL ${name} = ${value}`),
  ],
};
