-- Usable from: 10
-- Stronger clients: grants that were bound at a refresh, grants of grants, and what access tokens say of them.
-- The generation that was presented when a refresh bound the grant; null: it was bound when it was created, or is not.
ALTER TABLE grants ADD COLUMN bound_generation INTEGER;
-- The grant that it was exchanged for, with which it ends; null: it is of its own.
ALTER TABLE grants ADD COLUMN parent_id BLOB;
-- 1: other grants have it as their parent, or had.
ALTER TABLE grants ADD COLUMN has_children INTEGER;
-- JSON: GrantClaims
ALTER TABLE grants ADD COLUMN claims TEXT;

-- The key that the token request must prove: `jkt:...` (RFC 9449, section 10).
ALTER TABLE codes ADD COLUMN binding TEXT;
ALTER TABLE codes ADD COLUMN claims TEXT;
ALTER TABLE device_requests ADD COLUMN claims TEXT;
-- How the subject authenticated (RFC 9470).
ALTER TABLE sign_ins ADD COLUMN acr TEXT;
ALTER TABLE logins ADD COLUMN acr TEXT;

-- Tokens that may be used once: digests of what identifies them.
CREATE TABLE used_tokens (
  digest     BLOB PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_tokens_by_expiry ON used_tokens (expires_at);
