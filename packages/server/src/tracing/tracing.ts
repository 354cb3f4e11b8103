import type { RequestMessage } from "../channels.ts";
import type { TraceBatch } from "../store/store.ts";

/** Traces of a process that has set up OpenTelemetry. */
export interface Tracing {
  /**
   * Runs a request within its span, which becomes the active one. Without an active span the trace is the one that the
   * headers name (W3C Trace Context), if they do.
   */
  readonly request: (
    headers: Headers,
    message: RequestMessage,
    respond: () => Promise<Response>,
  ) => Promise<Response>;
  /** Runs a transaction of the store within its span. */
  readonly batch: TraceBatch;
  /** As `fetch`, within a span, and with the trace in the headers. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** `trace_id` and `span_id` of the active span, for log lines; {} outside of one. */
  readonly logFields: () => { trace_id?: string; span_id?: string };
  /** Exports the spans that wait for it. Takes 2 s at most, and never fails. */
  readonly flush: () => Promise<void>;
}
