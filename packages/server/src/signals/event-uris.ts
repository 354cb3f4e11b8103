/** The event types of CAEP 1.0 that streams may have, by the last part of their URI: names for the command line. */
export const STREAM_EVENTS = {
  "session-revoked": "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
  "credential-change": "https://schemas.openid.net/secevent/caep/event-type/credential-change",
} as const;

/** SSF 1.0: sent in every stream, whatever was requested. */
export const VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";
export const STREAM_UPDATED = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

/** The URIs of all of `STREAM_EVENTS`. */
export const SUPPORTED_EVENTS: readonly string[] = Object.values(STREAM_EVENTS);
