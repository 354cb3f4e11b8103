-- The standard's words: retry windows, concurrent use, lost writes. `binding`: the key that a grant's refresh tokens are
-- bound to (`jkt:…`, `x5t:…`); null: none.
ALTER TABLE grants RENAME COLUMN burst_at TO window_started_at;
ALTER TABLE grants RENAME COLUMN burst_generation TO window_generation;
ALTER TABLE grants RENAME COLUMN burst_marked TO window_retried;
ALTER TABLE grants RENAME COLUMN marked_bursts TO retried_windows;
ALTER TABLE grants ADD COLUMN binding TEXT;
UPDATE grants SET revoked_reason = 'concurrent_use' WHERE revoked_reason = 'shadowed';

-- A quotation mark inside a JSON string has a backslash before it, so only names of settings are met.
UPDATE clients SET settings =
  replace(replace(replace(replace(replace(replace(settings,
    '"ahead":"heal"', '"lostWrites":"recover"'),
    '"ahead":"reject"', '"lostWrites":"reject"'),
    '"shadowing":', '"concurrentUse":'),
    '"introspect":', '"resourceServer":'),
    '"loginPage":', '"loginProvider":'),
    '"requirePushed":', '"requirePar":');

UPDATE events SET
    data = replace(data, '"bursts":', '"windows":'),
    type = CASE type
      WHEN 'grant.replayed' THEN 'grant.retried'
      WHEN 'grant.replayed_late' THEN 'grant.retried_late'
      WHEN 'grant.shadowed' THEN 'grant.concurrent_use'
      WHEN 'grant.healed' THEN 'grant.recovered'
      WHEN 'grant.ahead' THEN 'grant.generation_ahead'
      WHEN 'grant.foreign_client' THEN 'grant.client_mismatch'
    END
  WHERE type IN ('grant.replayed', 'grant.replayed_late', 'grant.shadowed', 'grant.healed', 'grant.ahead', 'grant.foreign_client');
UPDATE events SET data = replace(data, '"grants_ended":', '"grants_revoked":') WHERE type = 'account.disabled';
-- The settings that were changed, by name.
UPDATE events SET data =
  replace(replace(replace(replace(replace(data,
    '"ahead"', '"lostWrites"'),
    '"shadowing"', '"concurrentUse"'),
    '"introspect"', '"resourceServer"'),
    '"loginPage"', '"loginProvider"'),
    '"requirePushed"', '"requirePar"')
  WHERE type = 'client.updated';

DROP INDEX events_by_ending;
-- What ends access tokens before their time; see ../../revocation-events.ts.
CREATE INDEX events_by_revocation ON events (at) WHERE type IN ('grant.revoked', 'grant.reused', 'grant.concurrent_use', 'access_token.revoked', 'account.disabled', 'client.disabled', 'client.deleted', 'key.distrusted');
