-- How a client authenticates is a setting of every client, not of its registration.
UPDATE clients SET settings = json_set(settings, '$.tokenEndpointAuthMethod',
    (SELECT auth_method FROM registrations WHERE client_id = clients.id))
  WHERE id IN (SELECT client_id FROM registrations);
ALTER TABLE registrations DROP COLUMN auth_method;
