import { channel, tracingChannel } from "node:diagnostics_channel";

/**
 * A request, as its traces and the channel `regrant:request` see it: names from the service's own tables and ids, and
 * nothing else that was sent. The members below `outcome` are set when the response is made.
 */
export interface RequestMessage {
  /** Of the service that got it. */
  readonly issuer: string;
  /** Name of the endpoint, as in metrics and log: `token`. */
  readonly endpoint: string;
  readonly method: string;
  /** The route with the mount path, its parameters as names: `/auth/oauth/register/:id`. */
  readonly route: string;
  /** `rotated`, `retried`, …, or the cause of the refusal, as the metric has it. */
  outcome?: string;
  /** HTTP status of the response. */
  status?: number;
  /** A grant type that is known here. */
  grantType?: string | undefined;
  /** As the log has it: a known client's id, or a UUID. */
  clientId?: string | undefined;
}

/** One transaction of the store's write path, after its end. */
export interface BatchMessage {
  /** Operations that shared it. */
  readonly size: number;
  readonly seconds: number;
}

/** Around each request: `tracing:regrant:request:start`, `:end`, `:asyncStart`, `:asyncEnd` and `:error`. */
export const requests = tracingChannel<unknown, RequestMessage>("regrant:request");

/** After each transaction of the write path: a `BatchMessage`. */
export const batches = channel("regrant:batch");

/** After the commit of each audit event: the members of its log line. */
export const events = channel("regrant:event");
