-- Instants are integer ms, ids of grants 16-byte UUIDs, scopes canonical space-separated strings, JSON where it says so.

-- Numbers of the whole store: `revision` grows with every change of clients or keys (see change-notices.ts);
-- `longest_access_ttl` (s) is the high-water mark that decides how long a retired signing key stays published.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('revision', 1), ('longest_access_ttl', 0);

CREATE TABLE clients (
  id                TEXT PRIMARY KEY,
  public            INTEGER NOT NULL,
  secrets           TEXT NOT NULL,   -- JSON: [{ digest: hex of SHA-256, expiresAt: ms or null }]
  settings          TEXT NOT NULL,   -- JSON: ClientSettings
  created_at        INTEGER NOT NULL,
  disabled_at       INTEGER,
  grants_revoked_at INTEGER,         -- grants made at or before it are revoked
  deleted_at        INTEGER          -- kept without secrets until its grants are swept
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  subject       TEXT PRIMARY KEY,
  username      TEXT NOT NULL,
  username_key  TEXT NOT NULL UNIQUE, -- NFC, lower case
  password_hash TEXT,
  created_at    INTEGER NOT NULL,
  disabled_at   INTEGER
) STRICT, WITHOUT ROWID;

-- One row per session, for ever. No index holds a column that a refresh changes.
CREATE TABLE grants (
  id               BLOB PRIMARY KEY,
  client_id        TEXT NOT NULL,
  subject          TEXT NOT NULL,
  scope            TEXT NOT NULL,
  secret_hash      BLOB NOT NULL,
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  auth_time        INTEGER,
  generation       INTEGER NOT NULL,
  rotated_at       INTEGER NOT NULL,
  last_used_at     INTEGER NOT NULL,
  burst_at         INTEGER NOT NULL,
  burst_generation INTEGER NOT NULL,
  burst_marked     INTEGER NOT NULL,
  marked_bursts    INTEGER NOT NULL,
  revoked_at       INTEGER,
  revoked_reason   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_subject ON grants (subject);
CREATE INDEX grants_by_client ON grants (client_id);

CREATE TABLE denied_access_tokens (
  jti        TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX denied_access_tokens_by_expiry ON denied_access_tokens (expires_at);

CREATE TABLE signing_keys (
  kid                TEXT PRIMARY KEY,
  algorithm          TEXT NOT NULL,
  public_jwk         TEXT NOT NULL,   -- JSON
  sealed_private_key BLOB NOT NULL,   -- AES-256-GCM under the master key
  created_at         INTEGER NOT NULL,
  active_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mac_keys (
  number        INTEGER PRIMARY KEY,
  master_key_id TEXT NOT NULL,
  active_at     INTEGER NOT NULL,
  distrusted_at INTEGER
) STRICT;

CREATE TABLE events (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        INTEGER NOT NULL,
  type      TEXT NOT NULL,
  client_id TEXT,
  subject   TEXT,
  grant_id  TEXT,
  data      TEXT NOT NULL             -- JSON
) STRICT;
CREATE INDEX events_by_grant ON events (grant_id, at) WHERE grant_id IS NOT NULL;
CREATE INDEX events_by_client ON events (client_id, at) WHERE client_id IS NOT NULL;
CREATE INDEX events_by_subject ON events (subject, at) WHERE subject IS NOT NULL;
-- What ends access tokens before their time; see ../../revocation-events.ts.
CREATE INDEX events_by_ending ON events (at) WHERE type IN ('grant.revoked', 'grant.reused', 'grant.shadowed', 'access_token.revoked', 'account.disabled', 'client.disabled', 'client.deleted', 'key.distrusted');
