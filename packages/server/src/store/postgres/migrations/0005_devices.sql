-- Devices ask for grants (see ../../devices.ts). Kept for a day after they expired, as codes are.
CREATE TABLE device_requests (
  digest      bytea PRIMARY KEY,        -- of the device code
  user_code   bytea UNIQUE,             -- keyed digest; null once it was answered
  client_id   text COLLATE "C" NOT NULL,
  scope       text NOT NULL,
  resource    text,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  interval_s  integer NOT NULL,        -- between two polls
  polled_at   bigint,
  state       text NOT NULL,            -- pending, allowed or denied
  subject     text COLLATE "C",
  auth_time   bigint,
  grant_id    uuid,                     -- what it became
  redeemed_at bigint
);
CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);
