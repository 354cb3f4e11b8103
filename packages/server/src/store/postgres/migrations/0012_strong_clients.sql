-- Usable from: 11
-- Stronger clients: grants that were bound at a refresh, grants of grants, and what access tokens say of them.
-- The generation that was presented when a refresh bound the grant; null: it was bound when it was created, or is not.
ALTER TABLE grants ADD COLUMN bound_generation bigint;
-- The grant that it was exchanged for, with which it ends; null: it is of its own.
ALTER TABLE grants ADD COLUMN parent_id uuid;
-- true: other grants have it as their parent, or had.
ALTER TABLE grants ADD COLUMN has_children boolean;
-- JSON: GrantClaims
ALTER TABLE grants ADD COLUMN claims text;

-- The key that the token request must prove: `jkt:...` (RFC 9449, section 10).
ALTER TABLE codes ADD COLUMN binding text COLLATE "C";
ALTER TABLE codes ADD COLUMN claims text;
ALTER TABLE device_requests ADD COLUMN claims text;
-- How the subject authenticated (RFC 9470).
ALTER TABLE sign_ins ADD COLUMN acr text;
ALTER TABLE logins ADD COLUMN acr text;

-- Tokens that may be used once: digests of what identifies them.
CREATE TABLE used_tokens (
  digest     bytea PRIMARY KEY,
  expires_at bigint NOT NULL
);
CREATE INDEX used_tokens_by_expiry ON used_tokens (expires_at);
