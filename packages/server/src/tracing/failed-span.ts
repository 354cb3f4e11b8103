import type { Span } from "@opentelemetry/api";
import type { Api } from "./api.ts";

/** Marks a span as failed. No message: it could quote what was sent. */
export function fail({ SpanStatusCode }: Api, span: Span, type = "_OTHER"): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", type);
}
