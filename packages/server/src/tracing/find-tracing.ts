import type * as OpenTelemetry from "@opentelemetry/api";
import { batchTracer } from "./batch-spans.ts";
import { requestTracer } from "./request-spans.ts";
import { tracedFetch } from "./traced-fetch.ts";
import type { Api } from "./api.ts";
import type { Tracing } from "./tracing.ts";

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
  const flushed = (async () => sdk.forceFlush?.())().catch(() => {});
  await Promise.race([flushed, timeout]);
  clearTimeout(timer);
}
