import { isDeepStrictEqual } from "node:util";
import { createStream, deleteStream, findStream, streamsOf, updateStream } from "../../admin/streams.ts";
import type { NewStream, StreamChanges, StreamParts } from "../../admin/streams.ts";
import type { Deps } from "../../deps.ts";
import { DELIVERY_METHODS } from "../../signals/stream.ts";
import type { Stream } from "../../signals/stream.ts";
import { streamConfiguration } from "../../signals/stream-configuration.ts";
import { SIGNAL_PATHS } from "../../signals/signal-paths.ts";
import { authorizeReceiver, forReceiver, invalidMember } from "./receiver.ts";
import { readRequest } from "./requests.ts";

/** A request of a receiver. */
export interface ReceiverRequest {
  /** The bearer token. */
  token: string | undefined;
  /** `stream_id` of the query, or of the path of a poll. */
  streamId: string | undefined;
  /** Reads the JSON of the body. */
  body: () => Promise<unknown>;
}

type Configuration = ReturnType<typeof streamConfiguration>;

/** The transmitter's configuration (SSF 1.0 §7.1). */
export function transmitterConfiguration({ issuer }: Pick<Deps, "issuer">, jwks: string): object {
  return {
    spec_version: "1_0",
    issuer,
    jwks_uri: issuer + jwks,
    delivery_methods_supported: Object.values(DELIVERY_METHODS),
    configuration_endpoint: issuer + SIGNAL_PATHS.streams,
    status_endpoint: issuer + SIGNAL_PATHS.status,
    verification_endpoint: issuer + SIGNAL_PATHS.verify,
    authorization_schemes: [{ spec_urn: "urn:ietf:rfc:6749" }],
    default_subjects: "ALL",
  };
}

function partsOf({ store, keys, issuer, privateReceivers }: Deps): StreamParts {
  return { store, keys, issuer, privateAddresses: privateReceivers };
}

/** SSF 1.0 §8.1.1.2: one stream, or all of the receiver's. @throws OAuthError */
export async function readStreams(
  deps: Deps,
  { token, streamId }: ReceiverRequest,
): Promise<Configuration | Configuration[]> {
  const client = await authorizeReceiver(deps, token, "read");
  const json = (stream: Stream) => streamConfiguration(deps.issuer, stream);
  if (streamId === undefined) return (await streamsOf(deps, client.id)).map(json);
  return json(await forReceiver(findStream(deps, streamId, client.id)));
}

/** SSF 1.0 §8.1.1.1. @throws OAuthError */
export async function createOwnStream(deps: Deps, { token, body }: ReceiverRequest): Promise<Configuration> {
  const client = await authorizeReceiver(deps, token, "manage");
  const { delivery, events_requested: events, description } = readRequest("create", await body());
  const isPush = delivery?.method === DELIVERY_METHODS.ssf_push;
  if (isPush && delivery?.endpoint_url === undefined)
    throw invalidMember("delivery.endpoint_url", "is missing");
  const wanted: NewStream = {
    clientId: client.id,
    events,
    description,
    ...(isPush
      ? { endpointUrl: delivery?.endpoint_url, authorizationHeader: delivery?.authorization_header }
      : {}),
  };
  const stream = await forReceiver(createStream(partsOf(deps), wanted, client.id));
  return streamConfiguration(deps.issuer, stream);
}

/**
 * SSF 1.0 §8.1.1.3 and §8.1.1.4.
 *
 * @param replaces what the request leaves out is removed
 * @throws OAuthError
 */
export async function changeOwnStream(
  deps: Deps,
  { token, body }: ReceiverRequest,
  replaces: boolean,
): Promise<Configuration> {
  const client = await authorizeReceiver(deps, token, "manage");
  const request = readRequest("update", await body());
  const { stream_id: id, delivery, events_requested: events, description, ...supplied } = request;
  const stream = await forReceiver(findStream(deps, id, client.id));
  const present = streamConfiguration(deps.issuer, stream);
  requireUnchanged(supplied, present);
  if (delivery !== undefined && delivery.method !== present.delivery.method)
    throw invalidMember("delivery.method", "cannot be changed: create another stream");
  const isPush = stream.kind === "ssf_push";
  if (!isPush && (delivery?.endpoint_url ?? present.delivery.endpoint_url) !== present.delivery.endpoint_url)
    throw invalidMember("delivery.endpoint_url", "is set by the transmitter");
  const changes: StreamChanges = {
    ...(events && { events }),
    ...(description && { description }),
    ...(isPush && delivery?.endpoint_url !== undefined && { endpointUrl: delivery.endpoint_url }),
    ...(isPush &&
      delivery?.authorization_header !== undefined && {
        authorizationHeader: delivery.authorization_header,
      }),
  };
  const changed = await forReceiver(updateStream(partsOf(deps), stream, { ...changes, replaces }, client.id));
  return streamConfiguration(deps.issuer, changed);
}

/** What the transmitter sets may be in the request, as it is. Names that this service does not know are ignored. */
function requireUnchanged(supplied: Readonly<Record<string, unknown>>, present: Configuration): void {
  for (const [name, value] of Object.entries(present)) {
    if (Object.hasOwn(supplied, name) && !isDeepStrictEqual(supplied[name], value))
      throw invalidMember(name, "is set by the transmitter");
  }
}

/** SSF 1.0 §8.1.1.5. @throws OAuthError */
export async function deleteOwnStream(deps: Deps, { token, streamId }: ReceiverRequest): Promise<void> {
  const client = await authorizeReceiver(deps, token, "manage");
  const stream = await forReceiver(findStream(deps, streamId ?? "", client.id));
  await forReceiver(deleteStream(deps, stream, client.id));
}

/**
 * Asks for a verification event, which follows in the stream (SSF 1.0 §8.1.4.2).
 *
 * @throws OAuthError; 429 if it is asked for more often than `min_verification_interval` allows
 */
export async function verifyStream(deps: Deps, { token, body }: ReceiverRequest): Promise<void> {
  const client = await authorizeReceiver(deps, token, "manage");
  const { stream_id: id, state } = readRequest("verify", await body());
  const { kind } = await forReceiver(findStream(deps, id, client.id));
  await deps.throttles.verifications.admit(id);
  const data = { subscription_id: id, kind, actor: client.id, ...(state === undefined ? {} : { state }) };
  await deps.store.events.record({ type: "subscription.verification_requested", data });
}
