-- A grant knows two retry windows, and a score of those that were retried. `window_ended_at`: null where it is `rotated_at`.
-- `previous_window_generation`, `previous_window_ended_at`: null where no token of that window is recent.
ALTER TABLE grants RENAME COLUMN retried_windows TO retry_score;
ALTER TABLE grants ADD COLUMN window_ended_at INTEGER;
ALTER TABLE grants ADD COLUMN previous_window_generation INTEGER;
ALTER TABLE grants ADD COLUMN previous_window_ended_at INTEGER;
ALTER TABLE grants ADD COLUMN previous_window_retried INTEGER NOT NULL DEFAULT 0;
-- It was the number of windows in a row that were retried; each is worth 8.
UPDATE grants SET previous_window_retried = 1, retry_score = retry_score * 8 WHERE retry_score > 0;

UPDATE events SET data = json_remove(json_set(data, '$.retry_score', 8 * json_extract(data, '$.windows')), '$.windows')
  WHERE type IN ('grant.retried', 'grant.concurrent_use') AND data LIKE '%"windows":%';
