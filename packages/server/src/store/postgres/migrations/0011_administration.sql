-- Usable from: 10
-- Who asked for what an event records. null: no request did, or it is older than the retention of addresses.
ALTER TABLE events ADD COLUMN address text COLLATE "C";
ALTER TABLE events ADD COLUMN user_agent text;
ALTER TABLE events ADD COLUMN request_id text COLLATE "C";

-- 'operator': may administer this service. null: may not.
ALTER TABLE accounts ADD COLUMN role text COLLATE "C";

CREATE INDEX accounts_of_operators ON accounts (subject) WHERE role = 'operator';

-- Which grants end soon. Of many grants it is made later, while refreshes go on: see ../ends-index.ts.
DO $$ BEGIN
  IF (SELECT count(*) FROM (SELECT 1 FROM grants LIMIT 10001) AS few) <= 10000 THEN
    CREATE INDEX grants_by_end ON grants (expires_at, id);
  END IF;
END $$;

-- What happened to a client, an account or the whole store, among all that happened to grants.
CREATE INDEX events_without_grant ON events (client_id, subject, type, at) WHERE grant_id IS NULL;

-- How often something happened in an hour, over all processes: refreshes by outcome, refusals by cause.
CREATE TABLE activity (
  hour  bigint NOT NULL,                     -- its beginning
  name  text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (hour, name)
);

-- Responses to creating requests of the admin API, for requests that are repeated with the same Idempotency-Key.
CREATE TABLE idempotent_responses (
  key        bytea PRIMARY KEY,              -- digest of who asked, and of the Idempotency-Key
  request    bytea NOT NULL,                 -- digest of the request
  response   bytea,                          -- sealed; null: it is being made
  expires_at bigint NOT NULL
);
CREATE INDEX idempotent_responses_by_expiry ON idempotent_responses (expires_at);

-- Who is sent events, in their order, and how far it has come. One process at a time sends.
CREATE TABLE subscriptions (
  id              text COLLATE "C" PRIMARY KEY,
  kind            text COLLATE "C" NOT NULL, -- webhook, ssf_push, ssf_poll
  settings        text NOT NULL,             -- JSON
  secrets         bytea,                     -- sealed under the master key
  status          text COLLATE "C" NOT NULL, -- enabled, paused, disabled
  status_reason   text,
  version         bigint NOT NULL,           -- grows with each change of the settings or the status
  cursor_id       bigint NOT NULL,           -- the last event that is done with
  cursor_at       bigint NOT NULL,
  progress        text,                      -- JSON: what its kind remembers beside the cursor
  failures        bigint NOT NULL DEFAULT 0, -- attempts at the next event, one after another, that failed
  next_attempt_at bigint NOT NULL DEFAULT 0,
  last_error      text,
  leased_by       text COLLATE "C",          -- the process that sends
  leased_until    bigint NOT NULL DEFAULT 0,
  created_at      bigint NOT NULL
);

-- Events that a subscription was not given, after the last attempt.
CREATE TABLE dead_letters (
  subscription_id text COLLATE "C" NOT NULL,
  event_id        bigint NOT NULL,
  event_at        bigint NOT NULL,
  failed_at       bigint NOT NULL,
  attempts        bigint NOT NULL,
  error           text NOT NULL,
  replay_at       bigint,                    -- when somebody asked to send it again
  PRIMARY KEY (subscription_id, event_id)
);
