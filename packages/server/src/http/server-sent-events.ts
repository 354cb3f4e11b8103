/**
 * Makes the response of a stream of server-sent events (HTML Living Standard §9.2), which are read on as its client does.
 *
 * @param stream is aborted when the client goes away or the events end; then the generator has to end too
 */
export function serverSentEvents(events: AsyncGenerator<string, void>, stream: AbortController): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next().catch(() => ({ done: true, value: undefined }) as const);
      if (done || value === undefined) {
        stream.abort();
        controller.close();
      } else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      stream.abort();
      await events.return();
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream; charset=UTF-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      // nginx would hold the events back.
      "X-Accel-Buffering": "no",
    },
  });
}
