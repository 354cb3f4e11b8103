-- Clients register themselves (see ../../registrations.ts).
CREATE TABLE registrations (
  client_id    uuid PRIMARY KEY,
  token_digest bytea,                   -- of the registration access token
  auth_method  text NOT NULL,
  created_at   bigint NOT NULL,
  used_at      bigint                   -- when its first grant was made
);
CREATE INDEX registrations_unused ON registrations (created_at) WHERE used_at IS NULL;

CREATE TABLE registration_tokens (
  id         uuid PRIMARY KEY,
  digest     bytea NOT NULL UNIQUE,
  name       text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,                    -- null: never
  uses_left  integer                    -- null: any number
);
CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at) WHERE expires_at IS NOT NULL;
