-- Instants are integer ms, ids of grants and clients UUIDs, scopes canonical space-separated strings. JSON is kept as
-- text: nothing is asked of it but the sweeper's one cast, and jsonb refuses what a log may hold (\u0000).
-- Text that is compared or ordered has the collation "C": byte order, the same on every server.

-- Numbers of the whole store: `revision` grows with every change of clients or keys (see change-notices.ts);
-- `longest_access_ttl` (s) is the high-water mark that decides how long a retired signing key stays published;
-- `pinged` is what a health check writes to.
CREATE TABLE meta (
  key   text COLLATE "C" PRIMARY KEY,
  value bigint NOT NULL
);
INSERT INTO meta (key, value) VALUES ('revision', 1), ('longest_access_ttl', 0), ('pinged', 0);

CREATE TABLE clients (
  id                uuid PRIMARY KEY,
  public            boolean NOT NULL,
  secrets           text NOT NULL,   -- JSON: [{ digest: hex of SHA-256, expiresAt: ms or null }]
  settings          text NOT NULL,   -- JSON: ClientSettings
  created_at        bigint NOT NULL,
  disabled_at       bigint,
  grants_revoked_at bigint,          -- grants made at or before it are revoked
  deleted_at        bigint           -- kept without secrets until its grants are swept
);

CREATE TABLE accounts (
  subject       text COLLATE "C" PRIMARY KEY,
  username      text NOT NULL,
  username_key  text COLLATE "C" NOT NULL UNIQUE, -- NFC, lower case
  password_hash text,
  created_at    bigint NOT NULL,
  disabled_at   bigint
);

-- One row per session, for ever. No index holds a column that a refresh changes, and each page keeps room for the
-- next version of its rows, so that a refresh is a heap-only-tuple update: no index entry is written. Columns of fixed
-- width come first, those that a refresh changes side by side, since the log holds the stretch from the first byte that
-- differs to the last; an instant that is mostly that of the rotation is not written again.
CREATE TABLE grants (
  id               uuid PRIMARY KEY,
  client_id        uuid NOT NULL,
  created_at       bigint NOT NULL,
  expires_at       bigint NOT NULL,
  rotated_at       bigint NOT NULL,
  generation       bigint NOT NULL,
  burst_generation bigint NOT NULL,
  marked_bursts    integer NOT NULL,
  burst_marked     boolean NOT NULL,
  secret_hash      bytea NOT NULL,
  subject          text COLLATE "C" NOT NULL,
  scope            text NOT NULL,
  last_used_at     bigint,           -- null: at rotated_at
  burst_at         bigint,           -- null: at rotated_at
  auth_time        bigint,
  revoked_at       bigint,
  revoked_reason   text
) WITH (
  fillfactor = 80,
  -- Pages are pruned by the refreshes themselves; the vacuum comes for what was swept, and to keep the estimates.
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.05
);
CREATE INDEX grants_by_subject ON grants (subject, id);
CREATE INDEX grants_by_client ON grants (client_id, id);

CREATE TABLE denied_access_tokens (
  jti        text COLLATE "C" PRIMARY KEY,
  expires_at bigint NOT NULL
);
CREATE INDEX denied_access_tokens_by_expiry ON denied_access_tokens (expires_at);

CREATE TABLE signing_keys (
  kid                text COLLATE "C" PRIMARY KEY,
  algorithm          text NOT NULL,
  public_jwk         text NOT NULL,   -- JSON
  sealed_private_key bytea NOT NULL,  -- AES-256-GCM under the master key
  created_at         bigint NOT NULL,
  active_at          bigint NOT NULL
);

CREATE TABLE mac_keys (
  number        integer PRIMARY KEY,
  master_key_id text NOT NULL,
  active_at     bigint NOT NULL,
  distrusted_at bigint
);

-- Ids are given in the order of insertion, commits come in any order: see events.ts on how a reader misses none.
CREATE TABLE events (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        bigint NOT NULL,
  type      text COLLATE "C" NOT NULL,
  client_id text COLLATE "C",
  subject   text COLLATE "C",
  grant_id  text COLLATE "C",
  data      text NOT NULL             -- JSON
);
CREATE INDEX events_by_grant ON events (grant_id, at) WHERE grant_id IS NOT NULL;
CREATE INDEX events_by_client ON events (client_id, at) WHERE client_id IS NOT NULL;
CREATE INDEX events_by_subject ON events (subject, at) WHERE subject IS NOT NULL;
-- What ends access tokens before their time; see ../../revocation-events.ts.
CREATE INDEX events_by_ending ON events (at) WHERE type IN ('grant.revoked', 'grant.reused', 'grant.shadowed', 'access_token.revoked', 'account.disabled', 'client.disabled', 'client.deleted', 'key.distrusted');
