-- Since when no response could be made for an accepted refresh token: the retry windows stand still from then. null: they go on.
ALTER TABLE grants ADD COLUMN windows_held_at bigint;
-- true: they stood still for a failed retry in this window. null: they did not.
ALTER TABLE grants ADD COLUMN window_retry_held boolean;
