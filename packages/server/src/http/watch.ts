import { requests } from "../channels.ts";
import type { RequestMessage } from "../channels.ts";
import type { Deps } from "../deps.ts";

/** Serves a request within its span, if there are traces, and between the messages of `regrant:request`. */
export function watch(
  { tracing }: Pick<Deps, "tracing">,
  headers: Headers,
  message: RequestMessage,
  respond: () => Promise<Response>,
): Promise<Response> {
  const published = () => publish(message, respond);
  return tracing === null ? published() : tracing.request(headers, message, published);
}

/** Node adds a promise's result to the message: here there is none, since a response may hold tokens. */
async function publish(message: RequestMessage, respond: () => Promise<Response>): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<Response>();
  await requests.tracePromise(async () => resolve(await respond()), message);
  return promise;
}
