import { findStream } from "../../admin/streams.ts";
import type { Deps } from "../../deps.ts";
import { errorCode } from "../../signals/receiver-errors.ts";
import { pollStream } from "../../signals/poll.ts";
import type { Acknowledgements } from "../../signals/poll.ts";
import { jtiOf, signSecurityEvent } from "../../signals/security-event-token.ts";
import type { Stream } from "../../signals/stream.ts";
import type { Event } from "../../store/store.ts";
import { authorizeReceiver, forReceiver } from "./receiver.ts";
import type { ReceiverRequest } from "./configuration.ts";
import { readRequest } from "./requests.ts";

/** SETs of one response: each costs a signature. */
const MOST_SETS = 50;
/** How long a poll waits for the first SET, ms. Load balancers end requests after about a minute. */
const WAIT = 25_000;
const NONE: Acknowledgements = new Map();

/** RFC 8936 §2.3. */
export interface PollResponse {
  /** By `jti`, in the order of the events. */
  sets: Record<string, string>;
  moreAvailable: boolean;
}

/**
 * Takes acknowledgements of a receiver and returns the SETs that it has not acknowledged (RFC 8936). Without any, it waits for
 * the first, unless the request asks for a response at once.
 *
 * @throws OAuthError
 */
export async function poll(
  deps: Deps,
  { token, streamId = "", body }: ReceiverRequest,
): Promise<PollResponse> {
  const client = await authorizeReceiver(deps, token, "read");
  const { maxEvents = MOST_SETS, returnImmediately = false, ...results } = readRequest("poll", await body());
  let acknowledgements = acknowledgementsOf(results);
  const limit = Math.min(maxEvents, MOST_SETS);
  const until = performance.now() + WAIT;
  for (;;) {
    const stream = await forReceiver(findStream(deps, streamId, client.id));
    // A stream that is paused or disabled sends nothing (SSF 1.0 §8.1.2).
    if (stream.kind !== "ssf_poll" || stream.status !== "enabled") return { sets: {}, moreAvailable: false };
    const { events, more } = await pollStream(deps, stream, { acknowledgements, limit });
    const isOver = returnImmediately || limit === 0 || performance.now() >= until;
    if (events.length > 0 || isOver || !(await deps.streamPolls.next()))
      return { sets: await signAll(deps, stream, events), moreAvailable: more };
    acknowledgements = NONE;
  }
}

/** One refused SET has one error: its code, if it is a registered one. Its text may be anything. */
function acknowledgementsOf({
  ack = [],
  setErrs = {},
}: {
  ack?: string[] | undefined;
  setErrs?: Record<string, { err: string }> | undefined;
}): Acknowledgements {
  const refused = Object.entries(setErrs).map(
    ([jti, error]) => [jti, `refused: ${errorCode(error) ?? "another error"}`] as const,
  );
  return new Map([...ack.map((jti) => [jti, undefined] as const), ...refused]);
}

async function signAll(
  deps: Deps,
  stream: Stream,
  events: readonly Event[],
): Promise<Record<string, string>> {
  const sets = await Promise.all(
    events.map(
      async (event) => [jtiOf(stream, event), await signSecurityEvent(deps, stream, event)] as const,
    ),
  );
  return Object.fromEntries(sets);
}
