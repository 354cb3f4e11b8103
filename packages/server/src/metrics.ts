import { Counter, Histogram, Registry } from "prom-client";
import { Activity } from "./activity.ts";
import { batches } from "./channels.ts";
import type { BatchMessage } from "./channels.ts";
import { GRANT_TYPES } from "./client-settings/grant-types.ts";
import { failureCauses } from "./errors/causes.ts";
import { EVENT_TYPES } from "./events/event.ts";

/** What a request came to, as the labels say it. */
export interface ObservedRequest {
  endpoint: string;
  /** As sent. */
  grantType?: string | undefined;
  /** `rotated`, `retried` …, or a refusal's cause. */
  outcome: string;
  /** HTTP status. */
  status: number;
}

/** What became of an attempt to send an event to a subscription. */
const DELIVERY_OUTCOMES = ["delivered", "failed", "gone", "gave_up"] as const;
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** The metrics of the service. Labels hold fixed names only, never input. */
export interface Metrics {
  readonly registry: Registry;
  /** What is counted in the store too, over all processes. */
  readonly activity: Activity;
  /** Requests that have begun and not ended: a number that the pipeline itself changes. */
  readonly inFlight: { requests: number };
  /** One request to an endpoint: what it came to, and its duration, s. */
  readonly observeRequest: (request: ObservedRequest, seconds: number) => void;
  /** One transaction of the store's write path: its operations, and its duration, s. `regrant:batch` gets it too. */
  readonly observeBatch: (size: number, seconds: number) => void;
  /** One signature of an access token, including the wait for a thread, s. */
  readonly observeSignature: (seconds: number) => void;
  /** One attempt to send an event to a subscription, by its kind and outcome; or that it was given up. */
  readonly countDelivery: (kind: string, outcome: DeliveryOutcome) => void;
  /** One event, after its commit. */
  readonly countEvent: (type: string) => void;
}

/** A label with input would let strangers fill the memory: other names are counted under "". */
const KNOWN_GRANT_TYPES: ReadonlySet<string> = new Set(GRANT_TYPES);

/** Bounds of the buckets, s: 0.1 ms to 2.5 s. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * Creates the service's metrics in a registry of their own, so that an embedding program's are not mixed with them.
 * `addGauges` adds those that are read from the service's parts.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const activity = new Activity();
  const batchSize = new Histogram({
    name: "regrant_store_batch_size",
    help: "Operations that shared one write transaction of the store.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const batchDuration = new Histogram({
    name: "regrant_store_batch_duration_seconds",
    help: "Duration of the store's write transactions.",
    buckets: SECONDS,
    registers,
  });
  const signatureDuration = new Histogram({
    name: "regrant_signature_duration_seconds",
    help: "Duration of signing an access token, with the wait for a thread.",
    buckets: SECONDS,
    registers,
  });
  const events = new Counter({
    name: "regrant_events_total",
    help: "Audit events that were committed, by type.",
    labelNames: ["type"],
    registers,
  });
  // A count that begins with its first event has no increase that an alert could see: all begin at 0.
  for (const type of Object.keys(EVENT_TYPES)) events.inc({ type }, 0);
  return {
    registry,
    activity,
    ...requestMetrics(registry, activity),
    ...deliveryMetrics(registry),
    observeBatch(size, seconds) {
      batchSize.observe(size);
      batchDuration.observe(seconds);
      if (batches.hasSubscribers) batches.publish({ size, seconds } satisfies BatchMessage);
    },
    observeSignature: (seconds) => signatureDuration.observe(seconds),
    countEvent(type) {
      events.inc({ type });
      activity.countEvent(type);
    },
  };
}

function deliveryMetrics(registry: Registry): Pick<Metrics, "countDelivery"> {
  const deliveries = new Counter({
    name: "regrant_subscription_deliveries_total",
    help: "Attempts to send an event to a subscription, by its kind and outcome; gave_up: it became a dead letter.",
    labelNames: ["kind", "outcome"],
    registers: [registry],
  });
  // As with events: all begin at 0.
  for (const kind of ["webhook", "ssf_push"]) {
    for (const outcome of DELIVERY_OUTCOMES) deliveries.inc({ kind, outcome }, 0);
  }
  return { countDelivery: (kind, outcome) => deliveries.inc({ kind, outcome }) };
}

function requestMetrics(
  registry: Registry,
  activity: Activity,
): Pick<Metrics, "inFlight" | "observeRequest"> {
  const registers = [registry];
  const requests = new Counter({
    name: "regrant_requests_total",
    help: "Requests that had their response, by endpoint, grant type, outcome or cause of a refusal, and HTTP status.",
    labelNames: ["endpoint", "grant_type", "outcome", "status"],
    registers,
  });
  const failures = new Counter({
    name: "regrant_failures_total",
    help: "Requests that were answered with a status of 5xx, by cause.",
    labelNames: ["cause"],
    registers,
  });
  const duration = new Histogram({
    name: "regrant_request_duration_seconds",
    help: "Duration of requests, from the parsed head to the response.",
    labelNames: ["endpoint", "grant_type"],
    buckets: SECONDS,
    registers,
  });
  // As with events: all begin at 0.
  for (const cause of failureCauses()) failures.inc({ cause }, 0);
  return {
    inFlight: { requests: 0 },
    observeRequest({ endpoint, grantType, outcome, status }, seconds) {
      const known = grantType !== undefined && KNOWN_GRANT_TYPES.has(grantType);
      const grant_type = known ? grantType : "";
      requests.inc({ endpoint, grant_type, outcome, status });
      activity.countRequest(grantType, outcome);
      duration.observe({ endpoint, grant_type }, seconds);
      if (status >= 500) failures.inc({ cause: outcome });
    },
  };
}
