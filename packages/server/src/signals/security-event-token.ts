import type { Deps } from "../deps.ts";
import { sign } from "../keys/signing.ts";
import type { Event, Subscription } from "../store/store.ts";
import { STREAM_UPDATED } from "./event-uris.ts";
import { securityEventOf } from "./security-events.ts";
import type { SecurityEvent } from "./security-events.ts";
import { deliveredEvents, streamSettings } from "./stream.ts";
import type { Stream } from "./stream.ts";

type SigningDeps = Pick<Deps, "issuer" | "keys"> & { store: Pick<Deps["store"], "now"> };

/** Whether the event goes to the stream: it says what the stream has requested, or concerns the stream itself. */
export function isForStream(event: Event, stream: Subscription): boolean {
  const settings = streamSettings(stream);
  const said = securityEventOf(event);
  if (said === undefined || event.at < settings.notBefore) return false;
  if ("streamId" in said.about) {
    // SSF 1.0 §8.1.5: a receiver is not told of its own change.
    const isOwnChange = said.uri === STREAM_UPDATED && event.data["actor"] === settings.clientId;
    return said.about.streamId === stream.id && !isOwnChange;
  }
  return deliveredEvents(settings).includes(said.uri);
}

/**
 * `jti` of an event's SET in a stream: the same however often it is sent. The instant is in it too, since a restored
 * store assigns ids of events again.
 */
export function jtiOf({ id: stream }: Pick<Stream, "id">, { id, at }: Pick<Event, "id" | "at">): string {
  return `${stream}.${id}.${at}`;
}

/**
 * Signs the SET of an event (RFC 8417 in the profile of SSF 1.0: explicit type, `sub_id`, neither `sub` nor `exp`).
 * `txn` is the same in all streams.
 */
export async function signSecurityEvent(deps: SigningDeps, stream: Stream, event: Event): Promise<string> {
  const said = securityEventOf(event);
  if (said === undefined) throw new Error(`an event that has no SET: ${event.type}`);
  const now = deps.store.now();
  const key = deps.keys.signingKeyAt(now);
  const claims = {
    iss: deps.issuer,
    jti: jtiOf(stream, event),
    iat: Math.floor(now / 1000),
    aud: streamSettings(stream).audience,
    txn: `${event.id}.${event.at}`,
    sub_id: subjectIdentifier(deps.issuer, said.about),
    events: { [said.uri]: said.payload },
  };
  const header = { typ: "secevent+jwt", alg: key.algorithm, kid: key.kid };
  return sign(key, `${encode(header)}.${encode(claims)}`);
}

/**
 * RFC 9493. The subject, for what concerns all of its sessions; with one grant, both: a receiver must not take the end of
 * one session for the end of all.
 */
function subjectIdentifier(issuer: string, about: SecurityEvent["about"]): object {
  if ("streamId" in about) return { format: "opaque", id: about.streamId };
  const user = { format: "iss_sub", iss: issuer, sub: about.subject };
  if (about.grantId === undefined) return user;
  return { format: "complex", user, session: { format: "opaque", id: about.grantId } };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
