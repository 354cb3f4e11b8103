/** OpenTelemetry's real SDK with spans kept in memory. Imported by tests only. */
import assert from "node:assert/strict";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { findTracing } from "./find-tracing.ts";
import type { Tracing } from "./tracing.ts";

/** A trace that a caller began: its id, the caller's span in it, and the header that says both. */
export interface RemoteTrace {
  traceId: string;
  spanId: string;
  headers: { traceparent: string };
}

/** Sets OpenTelemetry up for this process, as a program of an operator does. */
export async function setUpTraces(): Promise<{ tracing: Tracing; spans: SpanLog }> {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  const tracing = await findTracing();
  assert.ok(tracing);
  return { tracing, spans: new SpanLog(exporter) };
}

/** The spans that ended. */
export class SpanLog {
  readonly #exporter: InMemorySpanExporter;

  constructor(exporter: InMemorySpanExporter) {
    this.#exporter = exporter;
  }

  /** Those since the last call, in the order in which they ended. */
  take(): ReadableSpan[] {
    const spans = this.#exporter.getFinishedSpans();
    this.#exporter.reset();
    return spans;
  }
}

/** The span of this name, of which there must be one. */
export function spanNamed(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const [span, ...others] = spans.filter((span) => span.name === name);
  const names = spans.map((span) => span.name).join(", ");
  assert.ok(span !== undefined && others.length === 0, `one ${name} in: ${names}`);
  return span;
}

/** Ids of a trace that a caller began, made of a number (W3C Trace Context §3.2). */
export function remoteTrace(number: number, { sampled = true } = {}): RemoteTrace {
  const traceId = number.toString(16).padStart(32, "a");
  const spanId = number.toString(16).padStart(16, "b");
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-0${Number(sampled)}` } };
}
