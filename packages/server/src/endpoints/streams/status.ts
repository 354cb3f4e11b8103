import { findStream, setStreamStatus } from "../../admin/streams.ts";
import type { Deps } from "../../deps.ts";
import type { SubscriptionState } from "../../store/store.ts";
import { authorizeReceiver, forReceiver } from "./receiver.ts";
import type { ReceiverRequest } from "./configuration.ts";
import { readRequest } from "./requests.ts";

/** A stream's status in wire names. */
interface StatusResponse {
  stream_id: string;
  status: SubscriptionState["status"];
  reason?: string;
}

/** SSF 1.0 §8.1.2.1. @throws OAuthError */
export async function readStatus(deps: Deps, { token, streamId }: ReceiverRequest): Promise<StatusResponse> {
  const client = await authorizeReceiver(deps, token, "read");
  return statusOf(await forReceiver(findStream(deps, streamId ?? "", client.id)));
}

/** SSF 1.0 §8.1.2.2. @throws OAuthError */
export async function changeStatus(deps: Deps, { token, body }: ReceiverRequest): Promise<StatusResponse> {
  const client = await authorizeReceiver(deps, token, "manage");
  const { stream_id: id, ...change } = readRequest("status", await body());
  const stream = await forReceiver(findStream(deps, id, client.id));
  return statusOf(await forReceiver(setStreamStatus(deps, stream, change, client.id)));
}

function statusOf({ id, status, statusReason }: SubscriptionState): StatusResponse {
  return { stream_id: id, status, ...(statusReason === null ? {} : { reason: statusReason }) };
}
