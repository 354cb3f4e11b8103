-- A grant knows two retry windows, and a score of those that were retried. `window_ended_at`: null where it is `rotated_at`.
-- `previous_window_generation`, `previous_window_ended_at`: null where no token of that window is recent. An ordinary
-- refresh leaves all three null and the mark as it is, so that the log holds no more of it than before.
ALTER TABLE grants RENAME COLUMN retried_windows TO retry_score;
ALTER TABLE grants ADD COLUMN window_ended_at bigint;
ALTER TABLE grants ADD COLUMN previous_window_generation bigint;
ALTER TABLE grants ADD COLUMN previous_window_ended_at bigint;
ALTER TABLE grants ADD COLUMN previous_window_retried boolean NOT NULL DEFAULT false;
-- It was the number of windows in a row that were retried; each is worth 8.
UPDATE grants SET previous_window_retried = true, retry_score = retry_score * 8 WHERE retry_score > 0;

UPDATE events SET data =
    ((data::jsonb - 'windows') || jsonb_build_object('retry_score', 8 * (data::jsonb ->> 'windows')::integer))::text
  WHERE type IN ('grant.retried', 'grant.concurrent_use') AND data LIKE '%"windows":%';
