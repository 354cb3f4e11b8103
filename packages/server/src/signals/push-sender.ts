import { post, PostError } from "../outbound/post.ts";
import type { PostOptions, PostResponse } from "../outbound/post.ts";
import type { Deps } from "../deps.ts";
import { openSecrets } from "../subscriptions/sealed-secrets.ts";
import type { Delivery, Sender } from "../subscriptions/sender.ts";
import { errorCode, isFinalError } from "./receiver-errors.ts";
import { isForStream, signSecurityEvent } from "./security-event-token.ts";
import { isStream, streamSettings } from "./stream.ts";
import type { Stream, StreamSecrets } from "./stream.ts";

/** How long a receiver may take, ms. */
const TIMEOUT = 15_000;
/** Of an error response, bytes. */
const MAX_ERROR = 4096;

/** What streams are pushed with. */
export interface PushParts extends Pick<Deps, "issuer" | "keys" | "store"> {
  /** The setting `webhookPrivateAddresses`. */
  privateAddresses: boolean;
  /** Tests replace it. */
  resolve?: PostOptions["resolve"];
}

/** Sends SETs to the receivers of streams by push (RFC 8935). */
export function pushSender(parts: PushParts): Sender {
  return {
    takes: isForStream,
    async deliver(subscription, event, signal) {
      if (!isStream(subscription)) return { outcome: "failed", error: "not a stream" };
      if (!(await mayReceive(parts, subscription)))
        return {
          outcome: "gone",
          reason: "The receiver's client is disabled or was deleted.",
        };
      return sendOne(parts, subscription, await signSecurityEvent(parts, subscription, event), signal);
    },
  };
}

/** A client that is disabled can fetch nothing by a poll; nor is it sent anything. */
async function mayReceive({ store }: PushParts, stream: Stream): Promise<boolean> {
  const client = await store.clients.find(streamSettings(stream).clientId);
  return client?.disabledAt === null;
}

async function sendOne(
  { keys, privateAddresses, resolve }: PushParts,
  stream: Stream,
  set: string,
  signal: AbortSignal,
): Promise<Delivery> {
  const secrets =
    stream.secrets && (openSecrets(keys.masterKeys, stream.id, stream.secrets) as StreamSecrets);
  const headers = {
    "content-type": "application/secevent+jwt",
    accept: "application/json",
    ...(secrets && { authorization: secrets.authorizationHeader }),
  };
  try {
    const limits = { timeout: TIMEOUT, maxBody: MAX_ERROR, signal };
    const url = streamSettings(stream).endpointUrl ?? "";
    return deliveryOf(await post(url, { headers, body: set, ...limits, privateAddresses, resolve }));
  } catch (error) {
    if (error instanceof PostError) return { outcome: "failed", error: error.message };
    throw error;
  }
}

/** RFC 8935 §2.2: 202 is the success. §2.3: a 400 says in `err` what is wrong. */
function deliveryOf({ status, body, retryAfter }: PostResponse): Delivery {
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  const err = status === 400 ? errorCode(parsed(body)) : undefined;
  const error = err === undefined ? `HTTP ${status}` : `HTTP ${status}: ${err}`;
  return { outcome: "failed", error, retryAfter, isFinal: isFinalError(err) };
}

function parsed(body: string): { err?: unknown } {
  try {
    return (JSON.parse(body) ?? {}) as object;
  } catch {
    return {};
  }
}
