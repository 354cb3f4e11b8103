-- Usable from: 9
-- Who asked for what an event records. null: no request did, or it is older than the retention of addresses.
ALTER TABLE events ADD COLUMN address TEXT;
ALTER TABLE events ADD COLUMN user_agent TEXT;
ALTER TABLE events ADD COLUMN request_id TEXT;

-- 'operator': may administer this service. null: may not.
ALTER TABLE accounts ADD COLUMN role TEXT;

CREATE INDEX accounts_of_operators ON accounts (subject) WHERE role = 'operator';

-- Which grants end soon. A refresh does not change when its grant ends.
CREATE INDEX grants_by_end ON grants (expires_at);

-- What happened to a client, an account or the whole store, among all that happened to grants.
CREATE INDEX events_without_grant ON events (client_id, subject, type, at) WHERE grant_id IS NULL;

-- How often something happened in an hour, over all processes: refreshes by outcome, refusals by cause.
CREATE TABLE activity (
  hour  INTEGER NOT NULL,             -- its beginning
  name  TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (hour, name)
) STRICT, WITHOUT ROWID;

-- Responses to creating requests of the admin API, for requests that are repeated with the same Idempotency-Key.
CREATE TABLE idempotent_responses (
  key        BLOB PRIMARY KEY,        -- digest of who asked, and of the Idempotency-Key
  request    BLOB NOT NULL,           -- digest of the request
  response   BLOB,                    -- sealed; null: it is being made
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotent_responses_by_expiry ON idempotent_responses (expires_at);

-- Who is sent events, in their order, and how far it has come. One process at a time sends.
CREATE TABLE subscriptions (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL,      -- webhook, ssf_push, ssf_poll
  settings        TEXT NOT NULL,      -- JSON
  secrets         BLOB,               -- sealed under the master key
  status          TEXT NOT NULL,      -- enabled, paused, disabled
  status_reason   TEXT,
  version         INTEGER NOT NULL,   -- grows with each change of the settings or the status
  cursor_id       INTEGER NOT NULL,   -- the last event that is done with
  cursor_at       INTEGER NOT NULL,
  progress        TEXT,               -- JSON: what its kind remembers beside the cursor
  failures        INTEGER NOT NULL DEFAULT 0, -- attempts at the next event, one after another, that failed
  next_attempt_at INTEGER NOT NULL DEFAULT 0,
  last_error      TEXT,
  leased_by       TEXT,               -- the process that sends
  leased_until    INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events that a subscription was not given, after the last attempt.
CREATE TABLE dead_letters (
  subscription_id TEXT NOT NULL,
  event_id        INTEGER NOT NULL,
  event_at        INTEGER NOT NULL,
  failed_at       INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  error           TEXT NOT NULL,
  replay_at       INTEGER,            -- when somebody asked to send it again
  PRIMARY KEY (subscription_id, event_id)
) STRICT, WITHOUT ROWID;
