-- Clients register themselves (see ../../registrations.ts).
CREATE TABLE registrations (
  client_id    TEXT PRIMARY KEY,
  token_digest BLOB,                   -- of the registration access token
  auth_method  TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  used_at      INTEGER                 -- when its first grant was made
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations_unused ON registrations (created_at) WHERE used_at IS NULL;

CREATE TABLE registration_tokens (
  id         TEXT PRIMARY KEY,
  digest     BLOB NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,                  -- null: never
  uses_left  INTEGER                   -- null: any number
) STRICT, WITHOUT ROWID;
CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at) WHERE expires_at IS NOT NULL;
