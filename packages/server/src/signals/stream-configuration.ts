import { SIGNAL_PATHS } from "./signal-paths.ts";
import { SUPPORTED_EVENTS } from "./event-uris.ts";
import { DELIVERY_METHODS, deliveredEvents, streamSettings } from "./stream.ts";
import type { Stream } from "./stream.ts";

/** The least time between two verification requests, s. */
const MIN_VERIFICATION_INTERVAL = 10;

/** A stream's configuration in wire names (SSF 1.0 §8.1.1). The header for its receiver is a secret and not in it. */
export function streamConfiguration(issuer: string, stream: Stream) {
  const settings = streamSettings(stream);
  const { audience, eventsRequested, endpointUrl, description } = settings;
  return {
    stream_id: stream.id,
    iss: issuer,
    aud: audience,
    delivery: {
      method: DELIVERY_METHODS[stream.kind],
      endpoint_url: endpointUrl ?? `${issuer}${SIGNAL_PATHS.poll}/${stream.id}`,
    },
    events_supported: SUPPORTED_EVENTS,
    ...(eventsRequested === null ? {} : { events_requested: eventsRequested }),
    events_delivered: deliveredEvents(settings),
    min_verification_interval: MIN_VERIFICATION_INTERVAL,
    ...(description === null ? {} : { description }),
  };
}
