import type { Context, Span } from "@opentelemetry/api";
import type { Api } from "./api.ts";

/** Runs `work` in a context, marks its span as failed if it throws, and ends the span. */
export async function runWithin<T>(
  api: Api,
  { span, inner }: { span: Span; inner: Context },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await api.context.with(inner, work);
  } catch (error) {
    fail(api, span, error instanceof Error ? error.name : undefined);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed. No message: it could quote what was sent. */
export function fail({ SpanStatusCode }: Api, span: Span, type = "_OTHER"): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", type);
}
