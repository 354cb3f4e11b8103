import type { Attributes, Context, Tracer } from "@opentelemetry/api";
import type { RequestMessage } from "../channels.ts";
import { fail, runWithin } from "./span.ts";
import type { Api } from "./api.ts";
import type { Tracing } from "./tracing.ts";

/** Makes the spans of requests, by the semantic conventions of HTTP servers (1.23 and later). */
export function requestTracer(api: Api, tracer: Tracer): Tracing["request"] {
  const { context, propagation, trace, ROOT_CONTEXT, SpanKind } = api;

  /**
   * The context of a request that nothing has a span of yet. Of what its headers say, the trace alone is taken: baggage
   * would be sent on to the account service, whoever wrote it.
   */
  function remoteContext(headers: Headers): Context {
    const getter = { get: (carrier: Headers, key: string) => carrier.get(key) ?? undefined, keys };
    const remote = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, getter));
    return remote === undefined ? context.active() : trace.setSpanContext(context.active(), remote);
  }

  return async (headers, message, respond) => {
    const active = trace.getSpanContext(context.active());
    const parent = active === undefined ? remoteContext(headers) : context.active();
    // What is active and not another process's is a span of the program that embeds the service: it serves the request.
    const kind = active === undefined || active.isRemote === true ? SpanKind.SERVER : SpanKind.INTERNAL;
    const options = { kind, attributes: knownBefore(message) };
    const span = tracer.startSpan(`${message.method} ${message.route}`, options, parent);
    return runWithin(api, { span, inner: trace.setSpan(parent, span) }, async () => {
      const response = await respond();
      span.setAttributes(knownAfter(message));
      if (response.status >= 500) fail(api, span, message.outcome);
      return response;
    });
  };
}

function keys(headers: Headers): string[] {
  return [...headers.keys()];
}

/**
 * What samplers may decide by. Scheme and address are the issuer's: those that the request names are its sender's word, or
 * the proxy's. The query is left out, since it holds codes, and what stands in the path for a parameter.
 */
function knownBefore({ issuer, method, route, endpoint }: RequestMessage): Attributes {
  const { protocol, hostname, port } = new URL(issuer);
  return {
    "http.request.method": method,
    "http.route": route,
    "url.path": route.replace(/:\w+/, "REDACTED"),
    "url.scheme": protocol.slice(0, -1),
    "server.address": hostname,
    ...(port === "" ? {} : { "server.port": Number(port) }),
    "regrant.endpoint": endpoint,
  };
}

/** Attributes without a value are left out. */
function knownAfter({ status, outcome, grantType, clientId }: RequestMessage): Attributes {
  return {
    "http.response.status_code": status,
    "regrant.outcome": outcome,
    "regrant.grant_type": grantType,
    "regrant.client_id": clientId,
  };
}
