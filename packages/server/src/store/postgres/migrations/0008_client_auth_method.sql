-- How a client authenticates is a setting of every client, not of its registration.
UPDATE clients SET settings =
    (settings::jsonb || jsonb_build_object('tokenEndpointAuthMethod', registrations.auth_method))::text
  FROM registrations WHERE registrations.client_id = clients.id;
ALTER TABLE registrations DROP COLUMN auth_method;
