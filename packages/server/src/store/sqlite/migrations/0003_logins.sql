-- What the provider's own login page answered, until its challenge expires.
CREATE TABLE logins (
  digest     BLOB    PRIMARY KEY, -- of the challenge
  subject    TEXT,                -- null: the provider rejected the login
  name       TEXT,
  auth_time  INTEGER,             -- null: at the sign-in
  expires_at INTEGER NOT NULL,
  used       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_by_expiry ON logins (expires_at);
