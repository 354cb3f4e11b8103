-- Since when no response could be made for an accepted refresh token: the retry windows stand still from then. null: they go on.
ALTER TABLE grants ADD COLUMN windows_held_at bigint;
