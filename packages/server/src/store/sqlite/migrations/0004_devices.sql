-- Devices ask for grants (see ../../devices.ts). Kept for a day after they expired, as codes are.
CREATE TABLE device_requests (
  digest      BLOB PRIMARY KEY,        -- of the device code
  user_code   BLOB UNIQUE,             -- keyed digest; null once it was answered
  client_id   TEXT NOT NULL,
  scope       TEXT NOT NULL,
  resource    TEXT,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  interval_s  INTEGER NOT NULL,        -- between two polls
  polled_at   INTEGER,
  state       TEXT NOT NULL,           -- pending, allowed or denied
  subject     TEXT,
  auth_time   INTEGER,
  grant_id    TEXT,                    -- what it became
  redeemed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);
