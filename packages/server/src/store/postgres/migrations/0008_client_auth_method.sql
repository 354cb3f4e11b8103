-- How a client authenticates is a setting of every client, not of its registration. As text, since jsonb refuses what the
-- settings may hold (\u0000).
UPDATE clients SET settings =
    '{"tokenEndpointAuthMethod":"' || registrations.auth_method || '",' || substr(settings, 2)
  FROM registrations WHERE registrations.client_id = clients.id;
ALTER TABLE registrations DROP COLUMN auth_method;
