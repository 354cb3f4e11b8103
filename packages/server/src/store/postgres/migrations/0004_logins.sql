-- What the provider's own login page answered, until its challenge expires.
CREATE TABLE logins (
  digest     bytea   PRIMARY KEY, -- of the challenge
  subject    text,                -- null: the provider rejected the login
  name       text,
  auth_time  bigint ,             -- null: at the sign-in
  expires_at bigint  NOT NULL,
  used       boolean NOT NULL
);
CREATE INDEX logins_by_expiry ON logins (expires_at);
