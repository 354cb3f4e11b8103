// What the pages show, as the operations of administration return it: JSON in wire names, instants in ISO 8601. Only the
// members that a page reads are named, so that the packages agree by form and neither imports the other's types.

/** A page of a listing; `next` is a cursor, null at the end. */
export interface Listing<Item> {
  items: readonly Item[];
  next: string | null;
}

export interface Grant {
  grant_id: string;
  client_id: string;
  subject: string;
  scope: string;
  state: "active" | "expired" | "revoked";
  reason: string | null;
  inactive_since: string | null;
  parent_id: string | null;
  binding: string | null;
  generation: number;
  created_at: string;
  last_used_at: string;
  idle_expires_at: string | null;
  expires_at: string;
}

/** A grant, or what events keep of one whose row was removed, and what happened to it. */
export interface Explanation extends Partial<Omit<Grant, "state">> {
  grant_id: string;
  client_id: string;
  subject: string;
  state: Grant["state"] | "removed";
  client_name: string | null;
  username: string | null;
  timeline: readonly TimelineEntry[];
  /** What a refresh with the token that was pasted would return; null: none was. */
  preview: { outcome: string; message: string } | null;
  conclusion: string;
}

/** One thing that happened to a grant. `event` null: it is known from the grant's row. */
export interface TimelineEntry extends Source {
  at: string;
  message: string;
  event: string | null;
  data: Readonly<Record<string, unknown>> | null;
}

/** The request that caused an event. */
export interface Source {
  address?: string | null | undefined;
  user_agent?: string | null | undefined;
  request_id?: string | null | undefined;
}

export interface Client {
  client_id: string;
  name: string;
  public: boolean;
  token_endpoint_auth_method: string;
  secrets: readonly { expires_at: string | null }[];
  created_at: string;
  disabled_at: string | null;
}

export interface Account {
  subject: string;
  username: string;
  has_password: boolean;
  created_at: string;
  disabled_at: string | null;
  operator: boolean;
}

export interface Event extends Source {
  id: number | string;
  at: string;
  type: string;
  client_id?: string | undefined;
  subject?: string | undefined;
  grant_id?: string | undefined;
  data: Readonly<Record<string, unknown>>;
}

export interface Keys {
  signing: readonly {
    kid: string;
    algorithm: string;
    state: "signs" | "next" | "retired";
    created_at: string;
    active_at: string;
  }[];
  mac: readonly {
    number: number;
    master_key_id: string;
    state: "seals" | "next" | "opens" | "distrusted";
    active_at: string;
    distrusted_at: string | null;
  }[];
}

export interface RegistrationToken {
  id: string;
  name: string;
  uses_left: number | null;
  created_at: string;
  expires_at: string | null;
}

/** One setting of a client, as the server's table of client settings describes it. */
export interface Setting {
  member: string;
  help: string;
  form: "text" | "choice" | "switch" | "list" | "seconds" | "json";
  choices: readonly string[];
  /** Text as it is typed: a list has one value a line, a switch is `true` or `false`, no value is empty. */
  value: string;
  /** What it is without a value; empty: nothing. */
  fallback: string;
  /** What is wrong with what was typed; null: nothing. */
  fault: string | null;
}

/** Counts by name: an outcome, a cause or a type of event. */
export type Counts = Readonly<Record<string, number>>;

/** What the store holds and what happened, from counters. */
export interface Statistics {
  /** null: not counted yet. */
  active_grants: { count: number; counted_at: string } | null;
  ending: readonly { day: string; count: number; idle: number }[];
  hours: readonly { hour: string; refreshes: Counts; refusals: Counts; events: Counts }[];
  database_bytes: number;
}

type SubscriptionStatus = "enabled" | "paused" | "disabled";

export interface Webhook {
  id: string;
  url: string;
  events: readonly string[];
  description: string;
  status: SubscriptionStatus;
  status_reason: string | null;
  /** s */
  lag: number;
  failures: number;
  last_error: string | null;
  next_attempt_at: string | null;
  dead_letters: number;
  created_at: string;
}

/** An event that a webhook was not given. */
export interface DeadLetter {
  event_id: number;
  type: string | null;
  subject: string | null;
  grant_id: string | null;
  error: string;
  failed_at: string;
  replay_requested: boolean;
}

/** A stream of Shared Signals. */
export interface Stream {
  stream_id: string;
  client_id: string;
  description?: string | undefined;
  delivery: { endpoint_url: string };
  status: SubscriptionStatus;
  last_error: string | null;
  waiting_since: string | null;
  dead_letters: number;
}
