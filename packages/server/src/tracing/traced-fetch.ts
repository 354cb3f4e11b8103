import type { Attributes, Tracer } from "@opentelemetry/api";
import { fail, runWithin } from "./span.ts";
import type { Api } from "./api.ts";
import type { Tracing } from "./tracing.ts";

/**
 * Makes a `fetch` with a span, by the semantic conventions of HTTP clients. For the provider's own services alone: a
 * stranger's server learns no trace.
 */
export function tracedFetch(api: Api, tracer: Tracer): Tracing["fetch"] {
  const { context, createContextKey, propagation, trace, SpanKind } = api;
  // OpenTelemetry's own name of it. An instrumentation of `fetch` would add a second span, and the headers once more.
  const suppressed = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

  return async (url, init) => {
    const { method = "GET" } = init;
    const options = { kind: SpanKind.CLIENT, attributes: attributesOf(new URL(url), method) };
    const span = tracer.startSpan(method, options);
    const traced = trace.setSpan(context.active(), span);
    const headers = new Headers(init.headers);
    propagation.inject(traced, headers, { set: (carrier, name, value) => carrier.set(name, value) });
    return runWithin(api, { span, inner: traced.setValue(suppressed, true) }, async () => {
      const response = await fetch(url, { ...init, headers });
      span.setAttribute("http.response.status_code", response.status);
      if (response.status >= 400) fail(api, span, String(response.status));
      return response;
    });
  };
}

/** Without credentials, query and fragment. */
function attributesOf({ origin, pathname, hostname, port, protocol }: URL, method: string): Attributes {
  return {
    "http.request.method": method,
    "url.full": origin + pathname,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
  };
}
