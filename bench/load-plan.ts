import type { TokenEndpoint } from "./token-request.ts";

// The messages to a worker that loads a server, and its responses.

/** What to load: the first message. */
export interface LoadPlan extends TokenEndpoint {
  /** One refresh token for each lineage. */
  tokens: readonly string[];
  /** Requests under way at any time, in a closed loop. */
  inFlight: number;
  /** Processes whose CPU time is the server's. */
  pids: readonly number[];
  /** Where the public keys are; null: the answers are not real ones, and are not looked at. */
  jwksUrl: string | null;
}

/**
 * How much to load: each further message. What ends it is the time, or the number of requests; with a rate (requests a
 * second) the loop is open, else it has the plan's requests under way, or `inFlight`.
 */
export type Window = { seconds: number; rate?: number; inFlight?: number } | { requests: number };

export interface WindowResult {
  requests: number;
  /** From the first request to the last answer. */
  seconds: number;
  /** Everything but a 200 with a new refresh token and, where it was verified, a valid access token. */
  errors: number;
  firstErrors: string[];
  verified: number;
  /** ms; in an open loop from the instant at which a request was due, not from when it could be sent. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** CPU time of the server, of this process, and of all programs of the machine, µs. */
  serverCpu: number;
  loadCpu: number;
  machineCpu: number;
}
