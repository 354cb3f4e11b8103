import { setTimeout as pause } from "node:timers/promises";
import type { Deps } from "../../deps.ts";
import { privateResponse } from "../responses.ts";

/** How long a client waits before anything is sent, and then between two signs of life, ms. Proxies give up after 60 s. */
const PATIENCE = 10_000;

/**
 * Makes the response of work that may take longer than proxies wait. Then the head is sent before the end, and a line feed
 * every 10 s, which JSON ignores. If the work fails after that, the connection is cut, so that no part is taken for the
 * whole. The work goes on when its client has left.
 *
 * @throws what the work rejects with in the first 10 s
 */
export async function responseInTime(
  work: Promise<unknown>,
  log: Deps["log"],
  patience = PATIENCE,
): Promise<Response> {
  const waiting = Symbol("waiting");
  const decided = new AbortController();
  const first = await Promise.race([
    work,
    pause(patience, waiting, { signal: decided.signal }).catch(() => waiting),
  ]).finally(() => decided.abort());
  if (first !== waiting) return privateResponse(first);
  const { headers } = privateResponse(null);
  const encoder = new TextEncoder();
  let signs: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const sign = () => controller.enqueue(encoder.encode("\n"));
      sign();
      signs = setInterval(sign, patience);
      void finish(controller);
    },
    cancel: () => clearInterval(signs),
  });
  async function finish(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      controller.enqueue(encoder.encode(JSON.stringify(await work)));
      controller.close();
    } catch (error) {
      log.error({ err: error }, "the work of a request failed after its response had begun");
      controller.error(error);
    } finally {
      clearInterval(signs);
    }
  }
  return new Response(body, { headers });
}
