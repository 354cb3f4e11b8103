import type * as OpenTelemetry from "@opentelemetry/api";
import type { RequestMessage } from "../channels.ts";
import type { TraceBatch } from "../store/store.ts";
import { batchTracer } from "./batch-spans.ts";
import { requestTracer } from "./request-spans.ts";
import { tracedFetch } from "./traced-fetch.ts";

/** OpenTelemetry's API, as a program has it loaded. */
export type Api = typeof OpenTelemetry;

/** Traces of a process that has set up OpenTelemetry. */
export interface Tracing {
  /**
   * Runs a request within its span, which becomes the active one. Without an active span the trace is the one that the
   * headers name (W3C Trace Context), if they do.
   */
  request(headers: Headers, message: RequestMessage, respond: () => Promise<Response>): Promise<Response>;
  /** Runs a transaction of the store within its span. */
  readonly batch: TraceBatch;
  /** Sends a request within a span, and the trace's id with it. */
  readonly fetch: typeof fetch;
  /** `trace_id` and `span_id` of the active span, for log lines; {} outside of one. */
  logFields(): { trace_id?: string; span_id?: string };
  /** Sends the spans that wait to be exported. Takes 2 s at most, and never fails. */
  flush(): Promise<void>;
}

/** Instrumentation scope of the spans. */
const SCOPE = "@regrant/server";
/** A collector that cannot be reached must not hold up the end of the process, ms. */
const FLUSH_TIMEOUT = 2000;

/**
 * Finds the traces of this process.
 *
 * @returns null if OpenTelemetry's API, an optional peer, is not installed, or no SDK is registered with it yet
 */
export async function findTracing(): Promise<Tracing | null> {
  const api = await loadApi();
  const tracer = api?.trace.getTracer(SCOPE);
  if (api === null || tracer === undefined) return null;
  // The spans of an API without an SDK have no id. This one does not end, so it is never exported.
  if (!api.isSpanContextValid(tracer.startSpan("probe", { root: true }).spanContext())) return null;
  return {
    request: requestTracer(api, tracer),
    batch: batchTracer(api, tracer),
    fetch: tracedFetch(api, tracer),
    logFields() {
      const active = api.trace.getActiveSpan()?.spanContext();
      return active === undefined ? {} : { trace_id: active.traceId, span_id: active.spanId };
    },
    flush: () => flush(api.trace.getTracerProvider()),
  };
}

async function loadApi(): Promise<Api | null> {
  try {
    return await import("@opentelemetry/api");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** The API can make spans, but not have them exported: that is the SDK's, behind the API's proxy. */
async function flush(
  provider: OpenTelemetry.TracerProvider & {
    getDelegate?: () => object;
  },
): Promise<void> {
  const sdk: { forceFlush?: () => Promise<void> } = provider.getDelegate?.() ?? provider;
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FLUSH_TIMEOUT);
  await Promise.race([sdk.forceFlush?.().catch(() => {}), timeout]);
  clearTimeout(timer);
}
