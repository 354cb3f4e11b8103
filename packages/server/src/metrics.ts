import { Counter, Histogram, Registry } from "prom-client";
import { GRANT_TYPES } from "./client-settings/grant-types.ts";
import { EVENT_TYPES } from "./events/event.ts";

/** The metrics of the service. Labels hold fixed names only, never input. */
export interface Metrics {
  readonly registry: Registry;
  /** One request to an OAuth endpoint: its outcome (`rotated`, `retried`, a refusal's cause …) and duration in s. */
  readonly observeRequest: (
    endpoint: string,
    grantType: string | undefined,
    outcome: string,
    seconds: number,
  ) => void;
  /** One transaction of the store's write path. */
  readonly observeBatch: (members: number, seconds: number) => void;
  /** One signature of an access token, including the wait for a thread, s. */
  readonly observeSignature: (seconds: number) => void;
  /** One event, after its commit. */
  readonly countEvent: (type: string) => void;
}

/** A label with input would let strangers fill the memory: other names are counted under "". */
const KNOWN_GRANT_TYPES: ReadonlySet<string> = new Set(GRANT_TYPES);

/** Bounds of the buckets, s: 0.1 ms to 2.5 s. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Creates the service's metrics in a registry of their own, so that an embedding program's are not mixed with them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "regrant_requests_total",
    help: "Requests by endpoint, grant type and outcome or named cause",
    labelNames: ["endpoint", "grant_type", "outcome"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "regrant_request_seconds",
    help: "Duration of requests in s, from the parsed head to the response",
    labelNames: ["endpoint", "grant_type"],
    buckets: SECONDS,
    registers,
  });
  const batchMembers = new Histogram({
    name: "regrant_store_batch_members",
    help: "Writes that shared one transaction",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const storeSeconds = new Histogram({
    name: "regrant_store_seconds",
    help: "Duration of the store's write transactions in s",
    buckets: SECONDS,
    registers,
  });
  const signatureSeconds = new Histogram({
    name: "regrant_signature_seconds",
    help: "Duration of signing an access token in s, including the wait for a thread",
    buckets: SECONDS,
    registers,
  });
  const events = new Counter({
    name: "regrant_events_total",
    help: "Audit events by type",
    labelNames: ["type"],
    registers,
  });
  // A count that begins with its first event has no increase that an alert could see: all begin at 0.
  for (const type of Object.keys(EVENT_TYPES)) events.inc({ type }, 0);
  return {
    registry,
    observeRequest(endpoint, grantType, outcome, seconds) {
      const known = grantType !== undefined && KNOWN_GRANT_TYPES.has(grantType);
      const labels = { endpoint, grant_type: known ? grantType : "" };
      requests.inc({ ...labels, outcome });
      requestSeconds.observe(labels, seconds);
    },
    observeBatch(members, seconds) {
      batchMembers.observe(members);
      storeSeconds.observe(seconds);
    },
    observeSignature: (seconds) => signatureSeconds.observe(seconds),
    countEvent: (type) => events.inc({ type }),
  };
}
