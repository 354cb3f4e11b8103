-- People sign in (see ../../authorization.ts). A `digest` is SHA-256 of a secret that the store does not hold.

ALTER TABLE grants ADD COLUMN resource TEXT; -- the audience of its access tokens; null: the client's own

CREATE TABLE sign_ins (
  digest     BLOB PRIMARY KEY,
  subject    TEXT NOT NULL,
  name       TEXT NOT NULL,
  auth_time  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_by_subject ON sign_ins (subject);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

CREATE TABLE consents (
  subject    TEXT NOT NULL,
  client_id  TEXT NOT NULL,
  scope      TEXT NOT NULL,
  given_at   INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (subject, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_client ON consents (client_id);

-- Kept for a day after they expired, so that a second use is recognised.
CREATE TABLE codes (
  digest             BLOB PRIMARY KEY,
  client_id          TEXT NOT NULL,
  subject            TEXT NOT NULL,
  scope              TEXT NOT NULL,
  resource           TEXT,
  redirect_uri       TEXT NOT NULL,
  redirect_uri_named INTEGER NOT NULL,
  challenge          BLOB,             -- of PKCE, S256
  auth_time          INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  grant_id           TEXT              -- what it became
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_by_expiry ON codes (expires_at);

CREATE TABLE pushed_requests (
  digest     BLOB PRIMARY KEY,
  client_id  TEXT NOT NULL,
  parameters TEXT NOT NULL,            -- JSON: names and values
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
