import type { Attributes, Span, Tracer } from "@opentelemetry/api";
import type { TraceBatch, TracedBatch } from "../store/store.ts";
import { fail } from "./span.ts";
import type { Api } from "./api.ts";

/**
 * Makes the spans of the store's transactions, by the semantic conventions of database clients. A transaction may serve
 * many requests: its span is a child of the first that is sampled, and it and the others link to each other.
 */
export function batchTracer(api: Api, tracer: Tracer): TraceBatch {
  const { context, trace, ROOT_CONTEXT, SpanKind, TraceFlags } = api;
  const isSampled = (span: Span) => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

  return (batch, work) => {
    const callers = batch.callers.map((caller) => caller(() => trace.getActiveSpan()));
    const spans = callers.filter((span) => span !== undefined);
    const sampled = spans.filter(isSampled);
    const parent = sampled[0] ?? spans[0];
    const others = sampled.filter((span) => span !== parent);
    const links = others.map((span) => ({ context: span.spanContext() }));
    const options = { kind: SpanKind.CLIENT, attributes: attributesOf(batch), links };
    // Nothing else of a caller's context: what runs here is all callers'.
    const outer = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    const span = tracer.startSpan(batch.summary, options, outer);
    for (const other of others) other.addLink({ context: span.spanContext() });
    return context.with(trace.setSpan(outer, span), () => endAfter(api, span, work));
  };
}

/** Runs `work`, and ends the span with it or, if it returns a promise, with that. */
function endAfter<T>(api: Api, span: Span, work: () => T): T {
  const failed = (error: unknown) => {
    fail(api, span, errorType(error));
    span.end();
  };
  try {
    const value = work();
    if (value instanceof Promise) value.then(() => span.end(), failed);
    else span.end();
    return value;
  } catch (error) {
    failed(error);
    throw error;
  }
}

function attributesOf({ database, summary, members }: TracedBatch): Attributes {
  const { system, name, host, port } = database;
  return {
    "db.system.name": system,
    "db.namespace": name,
    "db.query.summary": summary,
    // The conventions: never 1.
    "db.operation.batch.size": members > 1 ? members : undefined,
    "server.address": host,
    "server.port": port,
  };
}

/** SQLSTATE of PostgreSQL, or the operating system's code. */
function errorType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
