-- People sign in (see ../../authorization.ts). A `digest` is SHA-256 of a secret that the store does not hold.

ALTER TABLE grants ADD COLUMN resource text; -- the audience of its access tokens; null: the client's own

CREATE TABLE sign_ins (
  digest     bytea PRIMARY KEY,
  subject    text COLLATE "C" NOT NULL,
  name       text NOT NULL,
  auth_time  bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX sign_ins_by_subject ON sign_ins (subject);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

CREATE TABLE consents (
  subject    text COLLATE "C" NOT NULL,
  client_id  text COLLATE "C" NOT NULL,
  scope      text NOT NULL,
  given_at   bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (subject, client_id)
);
CREATE INDEX consents_by_client ON consents (client_id);

-- Kept for a day after they expired, so that a second use is recognised.
CREATE TABLE codes (
  digest             bytea PRIMARY KEY,
  client_id          text COLLATE "C" NOT NULL,
  subject            text COLLATE "C" NOT NULL,
  scope              text NOT NULL,
  resource           text,
  redirect_uri       text NOT NULL,
  redirect_uri_named boolean NOT NULL,
  challenge          bytea,             -- of PKCE, S256
  auth_time          bigint NOT NULL,
  expires_at         bigint NOT NULL,
  grant_id           uuid               -- what it became
);
CREATE INDEX codes_by_expiry ON codes (expires_at);

CREATE TABLE pushed_requests (
  digest     bytea PRIMARY KEY,
  client_id  text COLLATE "C" NOT NULL,
  parameters text NOT NULL,             -- JSON: names and values
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
